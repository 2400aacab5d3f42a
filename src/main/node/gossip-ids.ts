import { createHash } from 'node:crypto'

/** What a message is known by. */
export interface MessageIds {
  readonly topic: string
  /** SHA-256 of the data, hex. */
  readonly id: string
  /**
   * On the wire and in the seen-caches: the topic is mixed in. Otherwise whoever hears a message first could say it in
   * another topic, where it is nonsense, and nobody who saw that would listen to it in its own.
   */
  readonly wire: Uint8Array
  /** The same as gossipsub writes it. */
  readonly wireText: string
}

const known = new WeakMap<Uint8Array, MessageIds>()

/** Worked out once for each arrival, though several ask: the same bytes are handed on. */
export function idsOf(topic: string, data: Uint8Array): MessageIds {
  const before = known.get(data)
  if (before?.topic === topic) return before
  const content = createHash('sha256').update(data).digest()
  const digest = createHash('sha256').update(topic).update('\n').update(content).digest()
  const wire = new Uint8Array(digest)
  const ids = { topic, id: content.toString('hex'), wire, wireText: textOf(wire) }
  known.set(data, ids)
  return ids
}

/** An id of the wire, as gossipsub is to write it. */
export function textOf(wire: Uint8Array): string {
  return Buffer.from(wire.buffer, wire.byteOffset, wire.byteLength).toString('base64')
}

export type Standing = 'judging' | 'broadcast' | 'ignored' | 'rejected'

interface Recent {
  readonly sizeBytes: number
  standing: Standing
}

/** Messages heard lately: some minutes of them. The size of one is needed as long as a neighbour may ask for it. */
const MAX_RECENT = 10_000

/** What became of messages whose author's signature held. Nobody else's word gets an id in here. */
export class RecentMessages {
  readonly #byText = new Map<string, Recent>()

  get({ wireText }: MessageIds): Standing | null {
    return this.#byText.get(wireText)?.standing ?? null
  }

  sizeOf(wireText: string): number {
    return this.#byText.get(wireText)?.sizeBytes ?? 0
  }

  delete({ wireText }: MessageIds): void {
    this.#byText.delete(wireText)
  }

  set({ wireText }: MessageIds, standing: Standing, sizeBytes: number): void {
    this.#byText.set(wireText, { standing, sizeBytes })
    const oldest = this.#byText.keys().next().value
    if (this.#byText.size > MAX_RECENT && oldest !== undefined) this.#byText.delete(oldest)
  }
}

/**
 * A neighbour asks for several messages, and gossipsub answers with all of them at once, which is more than a peer takes
 * at once. In lots that fit.
 */
export function inLots(messageIds: readonly Uint8Array[], sizeOf: (id: Uint8Array) => number, maxBytes: number): Uint8Array[][] {
  const lots: Uint8Array[][] = []
  let leftBytes = 0
  for (const id of messageIds) {
    const sizeBytes = sizeOf(id)
    if (lots.length === 0 || sizeBytes > leftBytes) {
      lots.push([])
      leftBytes = maxBytes
    }
    leftBytes -= sizeBytes
    lots.at(-1)?.push(id)
  }
  return lots
}
