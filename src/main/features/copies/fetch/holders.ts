import type { PeerId } from '../../../../shared/ids.ts'
import { deadline, type Clock } from '../../../platform/clock.ts'
import type { Dht } from '../../../platform/dht.ts'
import type { CopyProtocol } from '../../../protocols/copy/index.ts'
import type { BlockId } from '../dag/block-id.ts'
import { ASK_MS, AWAY_FIRST, MAX_ASKED } from '../limits.ts'
import type { Candidates } from '../types.ts'
import { nearestTo } from './nearest.ts'

export interface HoldersParts {
  readonly protocol: CopyProtocol
  readonly clock: Clock
  readonly dht: Pick<Dht, 'closest'>
  readonly candidates: () => Candidates
  readonly connect: (peerId: PeerId, signal: AbortSignal) => Promise<void>
}

/**
 * Devices that may have a tree, the likeliest first, each once: the owner's and those that are known to, contacts and whoever is
 * connected, and all the while those whom the devices near to it name. At most 48, of those that may be asked now: a crowd that
 * was asked before is not in the way of others. Never fails.
 */
export async function* holdersOf(
  root: BlockId,
  known: readonly PeerId[],
  mayAsk: (peerId: PeerId) => boolean,
  parts: HoldersParts,
  signal: AbortSignal,
): AsyncGenerator<PeerId, void, void> {
  const seen = new Set<PeerId>()
  const named = new Named()
  const enough = new AbortController()
  void nameAll(root, parts, AbortSignal.any([signal, enough.signal]), named).finally(() => named.end())
  const fresh = (peerId: PeerId): boolean => {
    if (seen.has(peerId) || seen.size >= MAX_ASKED || !mayAsk(peerId)) return false
    seen.add(peerId)
    return true
  }
  try {
    for (const peerId of [...known, ...inOrder(parts.candidates())]) if (fresh(peerId)) yield peerId
    for await (const peerId of named.all()) {
      if (signal.aborted) return
      if (fresh(peerId)) yield peerId
    }
  } finally {
    enough.abort(new Error('enough were found'))
  }
}

/**
 * Contacts that are there, some that may be, strangers that are there, and all other contacts: who asks a stranger for a site shows them
 * that it is wanted, and who waits for contacts that are away, each 12 s, asks nobody else in time.
 */
export function inOrder({ ofContacts, connected }: Candidates): PeerId[] {
  const contacts = new Set(ofContacts)
  const here = connected.filter((peerId) => contacts.has(peerId))
  const away = ofContacts.filter((peerId) => !connected.includes(peerId))
  return [...new Set([...here, ...away.slice(0, AWAY_FIRST), ...connected, ...away])]
}

/** Asks those nearest to the root, at once, who has it. */
async function nameAll(root: BlockId, parts: HoldersParts, signal: AbortSignal, named: Named): Promise<void> {
  const near = await nearestTo(root, parts, signal)
  await Promise.all(
    near.map(async (peerId) => {
      const limit = deadline(parts.clock, ASK_MS, 'asking who has a copy', signal)
      try {
        await parts.connect(peerId, limit.signal)
        for (const holder of await parts.protocol.who(peerId, root, limit.signal)) named.push(holder)
      } catch {
        // Whoever is not there, or does not say, names nobody.
      } finally {
        limit.release()
      }
    }),
  )
}

/** What is named meanwhile, in its order. */
class Named {
  readonly #peers: PeerId[] = []
  #isEnded = false
  #wake = (): void => {}

  push(peerId: PeerId): void {
    this.#peers.push(peerId)
    this.#wake()
  }

  end(): void {
    this.#isEnded = true
    this.#wake()
  }

  async *all(): AsyncGenerator<PeerId, void, void> {
    for (;;) {
      const next = this.#peers.shift()
      if (next !== undefined) yield next
      else if (this.#isEnded) return
      else await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}
