import type { Command } from 'commander'
import type { Person } from '../../shared/model/contacts.ts'
import type { Decision } from '../../shared/model/door.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import type { LogWords } from '../door/log-words.ts'
import { wantedShort } from '../door/texts.ts'
import { CliError, exitCodes, wrongArgument } from '../failure.ts'
import { STANDARD, writeParts } from '../files.ts'
import { plural, table, time, withLocalTimes } from '../layout.ts'
import { safeJson } from '../plain.ts'
import { nameOfAccount } from '../resolve.ts'
import { short } from '../short-id.ts'

const DEFAULT_LINES = 50
const MOST_LINES = 1_000

type Filter = Omit<Parameters<Client['door']['log']>[0], 'before' | 'limit'>

interface LogOptions extends LogWords {
  readonly limit?: string
  readonly export?: string
  readonly verify?: boolean
}

/** `latch door log`: what was decided and why, and whether the log is whole. */
export function registerDoorLog(door: Command, context: Context): void {
  door
    .command('log')
    .description('what the door decided, and why, newest first')
    .option('--who <who>', 'only about this person')
    .option('--for <capability>', 'only what this was asked for')
    .option('--verdict <verdict>', 'only allow, allow-and-tell, ask, deny or ignore')
    .option('--by <by>', 'only decided by rule, person, timeout, limit, default or token')
    .option('--since <when>', 'only since then: 1h (ago), 18:00, or a date')
    .option('--until <when>', 'only until then: 1h (ago), 18:00, or a date')
    .option('--text <text>', 'only where this stands in the reason, or begins an account or peer id')
    .option('--rule <id>', 'only decided by this rule')
    .option('--limit <n>', `how many; ${DEFAULT_LINES} unless told`)
    .option('--export <file>', 'all that match, as lines of JSON, to a new file or - for standard output')
    .option('--verify', 'check that no line was changed or removed since it was written')
    .action(async ({ limit, export: file, verify, ...words }: LogOptions) => {
      const wantedLines = limitOf(limit)
      if (verify === true) {
        if (file !== undefined || limit !== undefined || Object.keys(words).length > 0)
          throw wrongArgument('--verify looks at the whole log; leave the others out.')
        return check(context)
      }
      if (file !== undefined && limit !== undefined)
        throw wrongArgument('--export takes all that match, without --limit.')
      const { filterOf, lookUp } = await import('../door/log-words.ts')
      filterOf(words, null, context.io.nowMs())
      const client = await context.client()
      const filter = filterOf(words, await lookUp(client, words), context.io.nowMs())
      if (file !== undefined) return writeOut(context, filter, file)
      const [decisions, people] = await Promise.all([
        client.door.log({ ...filter, limit: wantedLines }),
        client.contacts.list(),
      ])
      context.show(decisions, () => describe(decisions, people, Object.keys(filter).length > 0, context.io.nowMs()))
    })
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LINES
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > MOST_LINES) throw wrongArgument(`--limit takes a number from 1 to ${MOST_LINES}.`)
  return limit
}

async function check(context: Context): Promise<void> {
  const found = await (await context.client()).door.verifyLog()
  if (found.outcome === 'broken') context.exitWith(exitCodes.failed)
  context.show(found, () =>
    found.outcome === 'whole'
      ? `The log is whole: ${plural(found.decisions, 'decision')}, head ${found.head || 'none'}.`
      : `The log is broken at decision ${found.firstBadSeq}: ${found.why}`,
  )
}

function describe(
  decisions: readonly Decision[],
  people: readonly Person[],
  isFiltered: boolean,
  nowMs: number,
): string | string[] {
  if (decisions.length === 0) return isFiltered ? 'No decision is like that.' : 'The door has decided nothing yet.'
  return table(
    ['NO', 'WHEN', 'WHO', 'FOR', 'ROUTE', 'VERDICT', 'BY', 'RULE', 'WHY'],
    decisions.map((decision) => [
      String(decision.seq),
      time(decision.atMs, nowMs),
      decision.account === null ? short(decision.peerId) : nameOfAccount(people, decision.account),
      wantedShort(decision.capability, decision.facts?.about),
      decision.facts?.route ?? '-',
      decision.verdict,
      decision.by,
      decision.rule === null ? '-' : short(decision.rule),
      withLocalTimes(decision.why, nowMs),
    ]),
  )
}

/** Newest first, as it is listed: a line of JSON for each, safe to look at. */
async function writeOut(context: Context, filter: Filter, file: string): Promise<void> {
  const client = await context.rawClient()
  const { interrupted } = context.io
  let count = 0
  async function* pages(): AsyncGenerator<string> {
    let before: number | undefined
    for (;;) {
      if (interrupted.aborted) throw new CliError(exitCodes.interrupted, 'Stopped; nothing was kept.', 'INTERRUPTED')
      const page = await client.door.log({ ...filter, limit: MOST_LINES, ...(before === undefined ? {} : { before }) })
      count += page.length
      if (page.length > 0) yield page.map((decision) => `${safeJson(decision)}\n`).join('')
      before = page.at(-1)?.seq
      if (before === undefined || page.length < MOST_LINES) return
    }
  }
  await writeParts(context.io, file, pages())
  if (file === STANDARD) return
  context.show({ file, decisions: count }, () => `Wrote ${plural(count, 'decision')} to ${file}.`)
}
