// A plugin for typedoc: the reference is ordered as the library is, by the rooms that its parts come from, and equations, which are
// indented in the comments, keep their lines.
import {Comment, CommentTag, Converter, ReflectionKind} from 'typedoc'

/** Rooms of lib/dist, and what stands in them. */
const ROOMS = [
  ['data/', 'Data'],
  ['explore/', 'What the data looks like'],
  ['engines/', 'Engines'],
  ['models/', 'Models and answers'],
  ['serve/', 'Serving'],
  ['everyone/', 'Lists for everyone'],
  ['page/', 'The page'],
  ['evaluate/', 'Evaluation'],
  ['math/rankingFigures', 'Evaluation'],
  ['ask/', 'What to ask somebody'],
  ['plots/', 'Figures'],
  ['show/', 'Tables'],
  ['text/', 'Words'],
  ['notebook/', 'In a notebook'],
  ['work', 'Long work'],
  ['errors', 'Errors']
]

/** The rooms in the order of the library. */
export const categoryOrder = [...new Set(ROOMS.map(([, title]) => title))]

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, context => {
    const {children = [], documents = []} = context.project
    for (const document of documents) {
      const [, heading] = /^# (.*)$/m.exec(document.content[0]?.text ?? '') ?? []
      if (heading !== undefined) document.name = heading
    }
    // With pages beside it the library is a module of its own.
    for (const library of children.filter(({kind}) => kind === ReflectionKind.Module)) {
      library.name = 'Library'
      for (const part of library.children ?? []) {
        const file = context.getSymbolFromReflection(part)?.declarations?.[0]?.getSourceFile().fileName ?? ''
        const place = file.split('/dist/').at(-1) ?? ''
        const title = ROOMS.find(([room]) => place.startsWith(room))?.[1]
        if (title === undefined) throw new Error(`rooms.mjs knows no room for ${part.name} of ${place}.`)
        // A function's comment stands at its signatures.
        for (const one of part.signatures ?? [part]) {
          one.comment ??= new Comment()
          one.comment.blockTags.push(new CommentTag('@category', [{kind: 'text', text: title}]))
        }
      }
    }
    for (const {comment} of Object.values(context.project.reflections))
      for (const part of comment?.summary ?? [])
        if (part.kind === 'text') part.text = withEquations(part.text)
  })
}

/** Paragraphs whose every line is indented become blocks. @param {string} text */
function withEquations(text) {
  return text
    .split(/\n\n/)
    .map(paragraph =>
      paragraph !== '' && paragraph.split('\n').every(line => /^ {2,}\S/.test(line))
        ? `\`\`\`text\n${paragraph}\n\`\`\``
        : paragraph
    )
    .join('\n\n')
}
