// A model as an HTTP service: `http.ts model.mrec 3000`. It answers from threads of its own: /health is quick whatever else is asked.
import {createServer, type IncomingMessage} from 'node:http'
import {json} from 'node:stream/consumers'
import {ArgumentError, MovieRecsError, serveEngine, UnknownIdError, type Who} from 'movie-recs'

const [, , file = 'model.mrec', port = '3000', workers = '2'] = process.argv
const service = await serveEngine(file, {workers: Number(workers), queue: 200})
const routes: Record<string, (ask: URLSearchParams, request: IncomingMessage) => unknown> = {
  'GET /health': () => ({model: String(service), waiting: service.waiting}),
  'GET /recommend': ask => listFor(ask.get('user') ?? [], ask.get('n')),
  'POST /recommend': async (ask, request) => listFor((await json(request)) as Who, ask.get('n')),
  'GET /similar': ask => service.similar(ask.get('movie') ?? '', {n: Number(ask.get('n') ?? 10)}),
  'GET /explain': ask => service.explain(ask.get('user') ?? [], ask.get('movie') ?? ''),
  'POST /model': async () => ({model: String(await service.swap(file))})
}

async function listFor(who: Who, n: string | null): Promise<object> {
  const movies = await service.recommend(who, {n: Number(n ?? 10), signal: AbortSignal.timeout(10_000)})
  return {movies, leftOut: movies.leftOut}
}

function statusOf(error: unknown): number {
  if (error instanceof UnknownIdError) return 404
  if (error instanceof ArgumentError || error instanceof SyntaxError) return 400
  return error instanceof MovieRecsError ? 503 : 500 // too busy, too slow, no memory: each says what to do
}

const server = createServer(async (request, response) => {
  const {pathname, searchParams} = new URL(request.url ?? '/', 'http://here')
  const send = (status: number, value: unknown): unknown =>
    response.writeHead(status, {'content-type': 'application/json'}).end(JSON.stringify(value))
  const route = routes[`${request.method} ${pathname}`]
  if (route === undefined) return send(404, {error: `Ask one of ${Object.keys(routes).join(', ')}.`})
  await (async () => send(200, await route(searchParams, request)))().catch(error =>
    send(statusOf(error), {error: error.message})
  )
})
server.listen(Number(port), () => console.log(`${service}, at ${JSON.stringify(server.address())}`))
process.on('SIGHUP', () => service.swap(file).catch(console.error)) // a nightly job has written a new one
process.on('SIGTERM', () => server.close(() => service.close()))
