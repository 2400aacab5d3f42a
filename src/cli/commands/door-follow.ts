import type { Command } from 'commander'
import type { KnockId } from '../../shared/ids.ts'
import type { Knock } from '../../shared/model/door.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { FollowLines } from '../door/follow-lines.ts'
import { knownTo, nobodyKnown } from '../door/known.ts'
import { exitCodes } from '../failure.ts'
import { dim, time } from '../layout.ts'
import { sentence } from './knock.ts'

type Item = Awaited<ReturnType<Client['door']['watch']>> extends AsyncIterable<infer One> ? One : never

/** `latch door follow`: for a person, a line for each thing; for a program, JSON, or each open knock as three words. */
export function registerFollow(door: Command, context: Context): void {
  door
    .command('follow')
    .description('everything that happens at the door, as it happens')
    .option('--knocks', 'only knocks that want an answer, each once: its id, what it is for, the account')
    .action(async ({ knocks }: { knocks?: boolean }) => {
      const client = await context.client()
      const { interrupted } = context.io
      const events = await client.door.watch(undefined, { signal: interrupted })
      const tell = knocks === true ? openKnocks(context) : context.json ? asTheyAre(context) : inLines(context, client)
      try {
        for await (const item of events) await tell(item)
      } catch (error) {
        if (!interrupted.aborted) throw error
      }
      if (interrupted.aborted) context.exitWith(exitCodes.done)
    })
}

type Tell = (item: Item) => void | Promise<void>

function asTheyAre(context: Context): Tell {
  return (item) => context.show(item, () => '')
}

/** No word of a stranger's is in these lines, so that a shell can read them: id, capability, account. */
function openKnocks(context: Context): Tell {
  const told = new Set<KnockId>()
  return (item) => {
    for (const knock of knocksOf(item)) {
      if (!isOpen(knock)) told.delete(knock.id)
      else if (!told.has(knock.id)) {
        told.add(knock.id)
        context.show(knock, () => `${knock.id} ${knock.capability} ${knock.account}`)
      }
    }
  }
}

function isOpen({ state }: Knock): boolean {
  return state === 'pending' || state === 'queued'
}

/** Names change seldom, and a flood brings thousands of events: they are asked for at most so often. */
const NAMES_EVERY_MS = 1_000

function inLines(context: Context, client: Client): Tell {
  const { io } = context
  const lines = new FollowLines(sentence)
  let known = nobodyKnown
  let askedMs = Number.NEGATIVE_INFINITY
  return async (item) => {
    if (io.nowMs() - askedMs >= NAMES_EVERY_MS) {
      askedMs = io.nowMs()
      known = await knownTo(client, knocksOf(item))
    }
    const now = io.nowMs()
    const said = item.kind === 'snapshot' ? lines.begin(item.snapshot, known, now) : lines.of(item.event, known, now)
    context.show(item, () => said.map((line) => `${dim(time(now, now), io.colour)}  ${line}`))
  }
}

function knocksOf(item: Item): readonly Knock[] {
  if (item.kind === 'snapshot') return item.snapshot.pending
  return item.event.event === 'knock-changed' ? [item.event.knock] : []
}
