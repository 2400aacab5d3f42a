import type { PeerId } from '../../../../shared/ids.ts'
import type { Log } from '../../../platform/log.ts'
import { MAX_ACKNOWLEDGED, type Hex, type MailboxProtocol, type Room } from '../../../protocols/mailbox/index.ts'
import { MAX_GARBAGE, MAX_PAGES } from '../limits.ts'
import type { Letters } from './letters.ts'

export type Collection =
  /** `letters`: new ones. `later`: some were not taken, and are still there. */
  | { readonly outcome: 'collected'; readonly letters: number; readonly later: number; readonly room: Room }
  | { readonly outcome: 'refused' | 'busy' }

/**
 * Fetches all that a holder has, page after page; what is dealt with is acknowledged after each. A holder may leave out letters, give
 * them twice, in any order, or somebody else's: none of it makes more than a letter that does not come, or one that opens to nothing.
 * *Errors*: as the protocol's.
 */
export async function collectFrom(
  holder: PeerId,
  parts: { readonly protocol: MailboxProtocol; readonly letters: Letters; readonly log: Log },
  signal: AbortSignal,
): Promise<Collection> {
  const { protocol, letters, log } = parts
  const counts = { taken: 0, before: 0, garbage: 0, later: 0 }
  let after = 0
  for (let pages = 0; ; pages++) {
    const page = await protocol.collect(holder, after, signal)
    if (page.outcome !== 'page') return { outcome: page.outcome }
    const done: Hex[] = []
    for (const { digest, sealed } of page.letters) {
      signal.throwIfAborted()
      const outcome = await letters.take(sealed)
      counts[outcome] += 1
      if (outcome !== 'later') done.push(digest)
    }
    for (let at = 0; at < done.length; at += MAX_ACKNOWLEDGED) {
      await protocol.acknowledge(holder, done.slice(at, at + MAX_ACKNOWLEDGED), signal)
    }
    const last = page.letters.reduce((most, { seq }) => Math.max(most, seq), after)
    const isOver = !page.more || last === after || pages >= MAX_PAGES || counts.garbage >= MAX_GARBAGE
    after = last
    if (!isOver) continue
    if (counts.garbage > 0) log.warn({ peer: holder, letters: counts.garbage }, 'letters that open to nothing were thrown away')
    const { quotaBytes, usedBytes } = page
    return { outcome: 'collected', letters: counts.taken, later: counts.later, room: { quotaBytes, usedBytes } }
  }
}
