import { conversationIdOf, membersOf } from '../../../src/main/protocols/chat/index.ts'
import { DAY } from '../../../src/shared/units.ts'
import type { Figure } from '../report.ts'
import type { Size } from '../size.ts'
import { summarize } from '../stats.ts'
import { loopFigures } from './loop.ts'
import { somebody, type Opens, type TalkHome } from './homes.ts'
import { inWindow, whyNoWindow, type WindowSize } from './in-window.ts'

const suite = 'chat'
const LONG_MS = 900_000
const PAGES = 50
/** Over so long it was said. */
const STORY_MS = 700 * DAY
const TITLE = 'Bea Lindqvist'

interface HistorySize {
  readonly count: number
  readonly conversations: number
  readonly each: number
  readonly window: WindowSize
}

const measured: Record<Size, HistorySize> = {
  quick: { count: 5_000, conversations: 20, each: 20, window: { reopened: 3, frames: 300, days: 4, queries: 10, keys: 40, news: 1_000 } },
  whole: { count: 100_000, conversations: 100, each: 50, window: { reopened: 10, frames: 1_500, days: 10, queries: 40, keys: 100, news: 5_000 } },
}

/**
 * Two years of what somebody wrote to one who is away, and to many others besides. What it takes to hold that; what it takes
 * until a second device of the same account has it; and what a person feels of it in a window.
 */
export async function history(home: Opens, size: Size): Promise<Figure[]> {
  const { count, conversations, each, window } = measured[size]
  const everyMs = Math.floor(STORY_MS / (count + conversations * each))
  const beginsMs = Date.now() - STORY_MS - DAY
  const story = { beginsMs, everyMs }
  const figures: Figure[] = []
  const ana = await home('Ana', { story })
  const away = await somebody()
  const conversation = conversationIdOf(membersOf(ana.facts.account, away))
  await ana.call('write', { to: away, count }, LONG_MS)
  for (let made = 0; made < conversations; made++) await ana.call('write', { to: await somebody(), count: each }, LONG_MS)
  await ana.call('befriend', { account: away, petname: TITLE })
  const phrase = await ana.call('phrase', null)
  await ana.stop()

  const first = await home('Ana', { folder: ana.folder })
  const second = await home('Ana', { phrase })
  const without = await second.call('rssMiB', null)
  const listed: number[] = []
  for (let made = 0; made < PAGES; made++) listed.push(await first.call('conversations', null))
  const what = `${count} messages`
  figures.push(
    { suite, what: `${conversations} conversations, one of ${what}: memory (RSS)`, unit: 'MiB', summary: summarize([await first.call('rssMiB', null)]) },
    { suite, what: 'a node with none: memory (RSS)', unit: 'MiB', summary: summarize([without]) },
    { suite, what: `${conversations} conversations listed`, unit: 'ms', summary: summarize(listed) },
    ...(await synced(first, second, { conversation, count })),
  )
  const [pages, days]: [number[], number[]] = [[], []]
  for (let made = 0; made < PAGES; made++) {
    pages.push(await second.call('page', { conversation }))
    days.push(await second.call('day', { conversation, fromMs: Math.round(beginsMs + (STORY_MS * (made + 1)) / (PAGES + 2)) }))
  }
  figures.push(
    { suite, what: `${what}: the newest page of 50, in the node`, unit: 'ms', summary: summarize(pages) },
    { suite, what: `${what}: a page of 50 from a day on, in the node`, unit: 'ms', summary: summarize(days), goal: '< 16' },
    { suite, what: `${what}: the database, a message`, unit: 'KiB', summary: summarize([(await second.call('databaseBytes', null)) / count / 1_024]) },
  )
  await second.stop()
  const why = whyNoWindow()
  if (why === null) {
    const more = (of: number): Promise<unknown> => first.call('write', { to: away, count: of }, LONG_MS)
    const about = { phrase, address: first.facts.address, conversation, account: away, title: TITLE, count, conversations, beginsMs, endsMs: beginsMs + STORY_MS, more }
    figures.push(...(await inWindow(about, window)))
  } else console.log(`chat in a window: skipped, because ${why}`)
  await first.stop()
  return figures
}

async function synced(first: TalkHome, second: TalkHome, { conversation, count }: { conversation: ReturnType<typeof conversationIdOf>; count: number }): Promise<Figure[]> {
  for (const one of [first, second]) await one.call('loop', null)
  const startMs = performance.now()
  await second.call('connect', { address: first.facts.address })
  await second.call('holds', { conversation, count }, LONG_MS)
  const tookMs = performance.now() - startMs
  const what = `${count} messages to a second device`
  return [
    { suite, what, unit: '/s', summary: summarize([(count / tookMs) * 1_000]) },
    { suite, what: `${what}, it took`, unit: 'ms', summary: summarize([tookMs]) },
    ...loopFigures(`${what}, which has them`, await first.call('loop', null)),
    ...loopFigures(`${what}, which gets them`, await second.call('loop', null)),
  ]
}
