import timers from 'node:timers'

/** As they are when the library is loaded: what a test framework puts in their place would never come back. */
const {clearImmediate, setImmediate} = timers

/** A cell that prints without pause is seen to print, every so many milliseconds. */
const PAUSE = 100
/** Characters in one message at most, but for a longer single text. */
const MOST = 1 << 16

/**
 * What a cell prints, in few messages: texts of one stream that follow each other are joined. A message for each line would be a
 * thousand for a thousand lines, more than a server passes on in a second.
 */
export class Streams {
  private name = ''
  private texts: string[] = []
  private length = 0
  private sent = Number.NEGATIVE_INFINITY
  private soon: NodeJS.Immediate | undefined

  constructor(private readonly send: (name: string, text: string) => void) {}

  write(name: string, text: string): void {
    if (name !== this.name) this.flush()
    this.name = name
    this.texts.push(text)
    this.length += text.length
    if (this.length >= MOST || performance.now() - this.sent >= PAUSE) this.flush()
    else this.soon ??= setImmediate(() => this.flush())
  }

  /** Sends what has waited. */
  flush(): void {
    clearImmediate(this.soon)
    this.soon = undefined
    if (this.texts.length === 0) return
    const text = this.texts.join('')
    this.texts = []
    this.length = 0
    this.sent = performance.now()
    this.send(this.name, text)
  }
}

/** A socket of zeromq that publishes. */
export interface Publisher {
  /** Messages that wait at most; what is sent beyond is dropped without a word. 0 is no limit. */
  sendHighWaterMark: number
  /** Milliseconds to wait for room; with 0 a message is sent at once, else after 512 in one turn of the event loop sending fails. */
  sendTimeout: number
  send(message: unknown): Promise<void>
}

/** Lets sockets send every message at once, in order, and drop none. Takes effect with the next message that is sent. */
export function sendAll(sockets: Publisher): void {
  const {send} = sockets
  const ready = new WeakSet<Publisher>()
  const sendWhole = function (this: Publisher, message: unknown): Promise<void> {
    if (!ready.has(this)) {
      this.sendHighWaterMark = 0
      this.sendTimeout = 0
      ready.add(this)
    }
    return send.call(this, message)
  }
  Object.defineProperty(sockets, 'send', {value: sendWhole, configurable: true})
}
