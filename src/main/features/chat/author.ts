import type { PrivateKey } from '@libp2p/interface'
import { CID } from 'multiformats/cid'
import type { AccountId, ConversationId, MessageId, PeerId } from '../../../shared/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { makeContent, signEntry, type KnownBody, type Said, type SignedEntry } from '../../protocols/chat/index.ts'
import { MAX_ENTRIES_A_BATCH } from './limits.ts'
import type { LogStore } from './store.ts'
import { Turns } from './turns.ts'
import type { Effect } from './view.ts'

/** What an entry says itself, or beside it. */
export type Saying =
  | { readonly body: Exclude<KnownBody, { kind: 'post' | 'message' }> }
  | { readonly said: Said; readonly expiresAfterMs?: number | null }

/** What this device wants to say in a conversation, and who waits to hear that it is stored. */
interface Draft {
  readonly conversation: ConversationId
  readonly body: KnownBody
  readonly block: Uint8Array | null
  /** More that belongs to the same transaction. */
  readonly also: (() => void) | undefined
  resolve(written: Written): void
  reject(why: unknown): void
}

export interface Written {
  readonly conversation: ConversationId
  readonly id: MessageId
  readonly effect: Effect
}

interface AuthorParts {
  readonly store: LogStore
  readonly clock: Clock
  readonly log: Log
  readonly me: { account: AccountId; peerId: PeerId; deviceKey: PrivateKey }
  /** So many random bytes. */
  salt(): Uint8Array
  /** Stored, durably: now it may go out. */
  onWritten(written: readonly Written[]): void
}

/** Where the next entry of our log in a conversation goes; `stored` is the seq it has in the database. */
interface Tip {
  readonly stored: number
  readonly seq: number
  readonly prev: string | null
  readonly clock: number
}

type Tips = Map<ConversationId, Tip>

/** Writes this device's own logs: one entry behind the other, those that wait together in one transaction. */
export class Author {
  readonly #parts: AuthorParts
  readonly #turns: Turns
  #drafts: Draft[] = []
  #isWriting = false
  #writing: Promise<void> = Promise.resolve()

  constructor(parts: AuthorParts) {
    this.#parts = parts
    this.#turns = new Turns(parts.clock)
  }

  /** Resolves when the entry is stored durably here. */
  write(conversation: ConversationId, saying: Saying, also?: () => void): Promise<Written> {
    const made = 'said' in saying ? makeContent(saying.said, this.#parts.salt(), saying.expiresAfterMs) : { body: saying.body, block: null }
    return new Promise((resolve, reject) => {
      this.#drafts.push({ conversation, ...made, also, resolve, reject })
      if (this.#isWriting) return
      this.#isWriting = true
      this.#writing = this.#writeAll()
    })
  }

  /** Resolves when everything asked for is written. */
  async settled(): Promise<void> {
    await this.#writing
  }

  async #writeAll(): Promise<void> {
    this.#turns.begin()
    while (this.#drafts.length > 0) {
      const drafts = this.#drafts.splice(0, MAX_ENTRIES_A_BATCH)
      try {
        this.#tell(drafts, await this.#write(drafts))
      } catch (error) {
        for (const draft of drafts) draft.reject(error)
      }
      await this.#turns.pause()
    }
    this.#isWriting = false
  }

  /** What is stored is stored, also when telling of it fails: whoever asked for it must not ask again. */
  #tell(drafts: readonly Draft[], written: readonly Written[]): void {
    for (const [index, draft] of drafts.entries()) {
      const own = written[index]
      if (own !== undefined) draft.resolve(own)
    }
    try {
      this.#parts.onWritten(written)
    } catch (error) {
      this.#parts.log.error({ error }, 'what was stored could not be told')
    }
  }

  async #write(drafts: readonly Draft[]): Promise<Written[]> {
    for (;;) {
      const tips: Tips = new Map()
      const signed: SignedEntry[] = []
      for (const draft of drafts) signed.push(await this.#sign(draft, tips))
      const written = this.#store(drafts, signed, tips)
      if (written !== null) return written
    }
  }

  async #sign({ conversation, body }: Draft, tips: Tips): Promise<SignedEntry> {
    const { clock, me } = this.#parts
    const tip = tips.get(conversation) ?? this.#tip(conversation)
    const signed = await signEntry(
      {
        v: 1,
        conversation,
        account: me.account,
        device: me.peerId,
        seq: tip.seq + 1,
        prev: tip.prev === null ? null : CID.parse(tip.prev),
        sentAtMs: clock.nowMs(),
        clock: tip.clock + 1,
        body,
      },
      me.deviceKey,
    )
    tips.set(conversation, { ...tip, seq: tip.seq + 1, prev: signed.id, clock: tip.clock + 1 })
    return signed
  }

  #tip(conversation: ConversationId): Tip {
    const { store, me } = this.#parts
    const row = store.conversation(conversation)
    const head = row === null ? null : store.head(row.key, me.peerId)
    const seq = head?.seq ?? 0
    return { stored: seq, seq, prev: head?.id ?? null, clock: row === null ? 0 : store.clockOf(row) }
  }

  /** Null when our own log grew meanwhile: another device brought back what was lost here. */
  #store(drafts: readonly Draft[], signed: readonly SignedEntry[], tips: Tips): Written[] | null {
    const { store, clock } = this.#parts
    return store.transaction(() => {
      for (const [conversation, { stored }] of tips) if (this.#tip(conversation).seq !== stored) return null
      return signed.map((entry, index) => {
        const { conversation } = entry.entry
        const block = drafts[index]?.block ?? null
        const effect = store.append(conversation, { signed: entry, block }, clock.nowMs())
        drafts[index]?.also?.()
        return { conversation, id: entry.id, effect }
      })
    })
  }
}
