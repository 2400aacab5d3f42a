import type { LedgerEntry, Submitted } from '../../shared/model/blocks.ts'
import type { LedgerStatus } from '../../shared/model/consensus.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { LiveLine } from '../live-line.ts'
import { oneLine } from '../plain.ts'
import { short } from '../short-id.ts'

export type LedgerEvents = Awaited<ReturnType<Client['ledger']['watch']>>
type Taken = Extract<Submitted, { outcome: 'taken' }>

/** Follows an entry from the pool to a block, saying what it waits for; ends as well when it is gone, or `signal` aborts. */
export async function inBlock(
  context: Context,
  events: LedgerEvents,
  status: LedgerStatus,
  taken: Taken,
  signal: AbortSignal,
): Promise<LedgerEntry> {
  const line = new LiveLine(context.io)
  let entry = taken.entry
  let now = status
  const say = (): void => {
    if (!context.json) line.say(waitText(entry, now), entry.place.at === 'pool')
  }
  try {
    say()
    while (entry.place.at === 'pool' && !signal.aborted) {
      const { value, done } = await events.next()
      if (done === true) break
      if (value.kind !== 'event') continue
      if (value.event.event === 'status-changed') now = value.event.status
      else if (value.event.event === 'entry-changed' && value.event.entry.id === entry.id) {
        entry = value.event.entry
        if (context.json) context.show({ ...taken, entry } satisfies Submitted, () => '')
      } else continue
      say()
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    line.end()
  }
  return entry
}

/** Where an entry is, and what it waits for. */
export function waitText(entry: LedgerEntry, { quorum, sync }: Pick<LedgerStatus, 'quorum' | 'sync'>): string {
  const { place } = entry
  if (place.at === 'block') return `It is in block ${place.height} (${short(place.block)}).`
  if (place.at === 'gone') return `It will not be in a block: ${sentenceOf(place.why)}`
  if (place.early || place.why !== null)
    return `It waits, as something must come before it: ${sentenceOf(place.why ?? 'it is early')}`
  if (sync.state !== 'ready') return 'It waits until this node has caught up with its network.'
  if (quorum.lamp === 'waits' || quorum.lamp === 'unsure') return `It waits in the pool. ${firstSentence(quorum.why)}`
  return quorum.lamp === 'follows'
    ? 'It waits in the pool; the validators of this network put it into a block.'
    : 'It waits in the pool for the next block.'
}

function sentenceOf(why: string): string {
  const text = oneLine(why).trim()
  return /[.!?…]$/.test(text) ? text : `${text}.`
}

/** What is said in place has to fit a line of the terminal; the rest is in `latch ledger head`. */
function firstSentence(why: string): string {
  return sentenceOf(/^.*?[.!?](?= |$)/.exec(oneLine(why).trim())?.[0] ?? why)
}
