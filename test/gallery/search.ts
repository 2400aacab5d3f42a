import type { Hit } from '../../src/shared/model/search.ts'
import type { Message } from '../../src/shared/model/chat.ts'
import type { implementWith, World } from './world.ts'

const SNIPPET_CHARACTERS = 120

/** Where the words that were typed stand in a text; null where one of them does not. */
function marksOf(text: string, query: string): Hit['marks'] | null {
  const marks: Hit['marks'] = []
  for (const word of query.toLowerCase().split(/\s+/).filter(Boolean)) {
    const start = text.toLowerCase().indexOf(word)
    if (start < 0) return null
    marks.push({ start, end: start + word.length })
  }
  return marks.toSorted((a, b) => a.start - b.start)
}

const kinds = {
  text: (message: Message) => message.kind === 'text',
  files: (message: Message) => message.files.some(({ kind }) => kind === 'file' || kind === 'folder'),
  pictures: (message: Message) => message.files.some(({ kind }) => kind === 'picture'),
  voice: (message: Message) => message.kind === 'voice',
  links: (message: Message) => /https?:\/\/|peer:\/\//.test(message.text),
}

/** Search over the messages of one scene: by plain comparison. */
export function createSearch(os: ReturnType<typeof implementWith>, world: World) {
  return {
    find: os.search.find.handler(({ input }) => {
      const { text, conversation, from, sinceMs, untilMs, kind, next, limit } = input
      const hits = world.scene.messages
        .toSorted((a, b) => b.sentMs - a.sentMs)
        .filter((message) => conversation === undefined || message.conversation === conversation)
        .filter((message) => from === undefined || message.from === from)
        .filter(({ sentMs }) => (sinceMs === undefined || sentMs >= sinceMs) && (untilMs === undefined || sentMs < untilMs))
        .filter((message) => kind === undefined || kinds[kind](message))
        .flatMap((message): Hit[] => {
          const words = [message.text, ...message.files.map(({ name }) => name)].join(' ').trim().slice(0, SNIPPET_CHARACTERS)
          const marks = marksOf(words, text)
          return marks === null ? [] : [{ message, snippet: words, marks }]
        })
      const at = Number(next ?? 0)
      const page = hits.slice(at, at + limit)
      return { hits: page, next: at + limit < hits.length ? String(at + limit) : null, tookMs: 4 }
    }),
  }
}
