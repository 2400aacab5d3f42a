import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { exitCodes, wrongArgument } from '../failure.ts'
import { plural, table, time } from '../layout.ts'
import { nameOfAccount } from '../resolve.ts'

const DEFAULT_LINES = 50
const MOST_LINES = 1_000

/** `latch door log`: what was decided and why, and whether the log is whole. */
export function registerDoorLog(door: Command, context: Context): void {
  door
    .command('log')
    .description('what the door decided, and why, newest first')
    .option('--limit <n>', 'how many', String(DEFAULT_LINES))
    .option('--verify', 'check that no line was changed or removed since it was written')
    .action(async ({ limit, verify }: { limit: string; verify?: boolean }) => {
      const wanted = Number(limit)
      if (!Number.isInteger(wanted) || wanted < 1 || wanted > MOST_LINES) {
        throw wrongArgument(`--limit takes a number from 1 to ${MOST_LINES}.`)
      }
      const client = await context.client()
      if (verify === true) {
        const found = await client.door.verifyLog()
        if (found.outcome === 'broken') context.exitWith(exitCodes.failed)
        return context.show(found, () =>
          found.outcome === 'whole'
            ? `The log is whole: ${plural(found.decisions, 'decision')}, head ${found.head || 'none'}.`
            : `The log is broken at decision ${found.firstBadSeq}: ${found.why}`,
        )
      }
      const [decisions, people] = await Promise.all([client.door.log({ limit: wanted }), client.contacts.list()])
      context.show(decisions, () => {
        if (decisions.length === 0) return 'The door has decided nothing yet.'
        return table(
          ['NO', 'WHEN', 'WHO', 'FOR', 'VERDICT', 'BY', 'WHY'],
          decisions.map((decision) => [
            String(decision.seq),
            time(decision.atMs, context.io.nowMs()),
            nameOfAccount(people, decision.account),
            decision.capability,
            decision.verdict,
            decision.by,
            decision.why,
          ]),
        )
      })
    })
}
