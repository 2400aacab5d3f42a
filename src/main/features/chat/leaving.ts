import type { AccountId, ConversationId, PeerId } from '../../../shared/ids.ts'
import { deadline, type Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { MAX_LETTER_BYTES, writeLetter, type ChatLetter, type LogPosition } from '../../protocols/chat/index.ts'
import { namedOf } from './about.ts'
import { HELD_AGAIN_MS, LETTER_TIMEOUT_MS, MAX_LETTERS_AT_ONCE } from './limits.ts'
import { sourceFor, type IsHeldBack, type Sharing } from './source.ts'
import type { Changed, EntryRow, LogStore } from './store.ts'
import type { TraceStore } from './trace.ts'
import type { ChatMail, MailDelivery } from './types.ts'

interface LeavingParts {
  readonly store: LogStore
  readonly trace: TraceStore
  readonly sharing: Sharing
  readonly isHeldBack: IsHeldBack
  readonly me: { readonly account: AccountId }
  readonly clock: Clock
  readonly log: Log
  readonly devicesOf: (account: AccountId) => readonly PeerId[]
  readonly mail: ChatMail | undefined
  /** Messages of ours are held now. */
  readonly onChanged: (changed: readonly Changed[]) => void
}

/** Entries read of one log at once: more than one letter takes of short ones would only be read again. */
const ENTRIES_READ = 512
/** CBOR around each entry and its block, and around the letter with the names of its conversations. */
const AROUND_ENTRY_BYTES = 10
const AROUND_LETTER_BYTES = 64
const CONVERSATION_BYTES = 192

interface Waiting extends EntryRow {
  readonly conversation: ConversationId
  readonly device: PeerId
}

/** Leaves what waits for somebody who is away with those who hold their mail. What was left stays in the outbox until they have it. */
export class Leaving {
  readonly #parts: LeavingParts
  readonly #leaving = new Map<AccountId, Promise<void>>()
  readonly #stop = new AbortController()

  constructor(parts: LeavingParts) {
    this.#parts = parts
  }

  /** None of their devices can be reached. */
  leave(account: AccountId): void {
    const { mail, log } = this.#parts
    if (mail === undefined || this.#stop.signal.aborted || this.#leaving.has(account)) return
    const leaving = this.#leaveAll(account, mail)
      .catch((error: unknown) => log.error({ error }, 'what waits could not be left in a mailbox'))
      .finally(() => this.#leaving.delete(account))
    this.#leaving.set(account, leaving)
  }

  /** Resolves when nothing of this reads or writes any more. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error('chat stops here'))
    await Promise.all(this.#leaving.values())
  }

  async #leaveAll(account: AccountId, mail: ChatMail): Promise<void> {
    const devices = this.#parts.devicesOf(account).filter((device) => mail.canDeliver(device))
    if (devices.length === 0) return
    const left = new Map<string, number>()
    const strange = this.#strange(account)
    for (let letters = 0; letters < MAX_LETTERS_AT_ONCE && !this.#stop.signal.aborted; letters += 1) {
      const next = this.#next(account, left, strange)
      if (next === null) return
      const deliveries = await Promise.all(devices.map((device) => this.#deliver(mail, device, next.bytes)))
      if (this.#stop.signal.aborted || !this.#note(account, next.upTo, deliveries)) return
      for (const { conversation, device, seq } of next.upTo) left.set(`${conversation} ${device}`, seq)
    }
  }

  async #deliver(mail: ChatMail, device: PeerId, bytes: Uint8Array): Promise<MailDelivery> {
    const limit = deadline(this.#parts.clock, LETTER_TIMEOUT_MS, 'leaving a letter', this.#stop.signal)
    try {
      return await mail.deliver(device, bytes, limit.signal)
    } catch (error) {
      this.#parts.log.debug({ peer: device, error }, 'a letter could not be left')
      return { outcome: 'unreachable', why: 'Whoever holds their mail does not answer.' }
    } finally {
      limit.release()
    }
  }

  /** Whether it is held for at least one of their devices; where it is not, the trace says why. */
  #note(account: AccountId, upTo: readonly LogPosition[], deliveries: readonly MailDelivery[]): boolean {
    const { store, trace, clock, onChanged } = this.#parts
    const [atMs, held] = [clock.nowMs(), deliveries.find((delivery) => delivery.outcome === 'held')]
    if (held === undefined) {
      const why = deliveries.find((delivery) => delivery.outcome !== 'held')
      const newestMs = Math.max(0, ...store.sharedWith(account).map(({ storedMs }) => storedMs))
      const line = { step: 'failed', code: `mail-${why?.outcome ?? 'none'}`, route: null, detail: why?.why ?? '' } as const
      store.transaction(() => trace.add(account, newestMs, [line], atMs))
      return false
    }
    const detail = `Held by ${held.by.name ?? held.by.peerId} until ${new Date(held.untilMs).toISOString().slice(0, 10)}.`
    const changed = store.transaction(() =>
      upTo.map((position) => store.advance(position, { step: 'held', account, atMs, sentMs: null, route: null, detail })),
    )
    onChanged(changed.filter((range) => range !== null))
    return true
  }

  /** The next letter, and how far it brings each log; null when nothing waits that is not held. `left`: in letters before. */
  #next(account: AccountId, left: ReadonlyMap<string, number>, strange: ReadonlySet<ConversationId>): { bytes: Uint8Array; upTo: LogPosition[] } | null {
    const { store, me, sharing, isHeldBack } = this.#parts
    const source = sourceFor({ store, me: me.account, account, isHeldBack, sharing })
    const letter: ChatLetter = { v: 1, conversations: [], entries: [], contents: [] }
    const upTo = new Map<string, LogPosition>()
    let sizeBytes = AROUND_LETTER_BYTES
    const named = new Set<ConversationId>()
    for (const { conversation, device, seq, envelope, block } of this.#waiting(account, left, strange)) {
      const isNew = !named.has(conversation)
      sizeBytes += envelope.byteLength + (block?.byteLength ?? 0) + AROUND_ENTRY_BYTES + (isNew ? CONVERSATION_BYTES : 0)
      const about = source.aboutOf(conversation)
      if (about === null || sizeBytes > MAX_LETTER_BYTES) break
      if (isNew) letter.conversations.push(namedOf(about))
      named.add(conversation)
      letter.entries.push(envelope)
      letter.contents.push(block)
      upTo.set(`${conversation} ${device}`, { conversation, device, seq })
    }
    return upTo.size === 0 ? null : { bytes: writeLetter(letter), upTo: [...upTo.values()] }
  }

  /** Rosters of groups of which they have nothing from this account yet. */
  #strange(account: AccountId): Set<ConversationId> {
    const { store, me } = this.#parts
    const halves = store.sharedWith(account).flatMap(({ key, roster }) => (roster === null ? [] : [{ key, roster }]))
    const isKnown = (key: number): boolean =>
      store.logs(key).some((log) => log.account === me.account && Math.max(store.mark(log.key, account).delivered, store.mark(log.key, account).held) > 0)
    const known = new Set(halves.filter(({ key }) => isKnown(key)).map(({ roster }) => roster))
    return new Set(halves.map(({ roster }) => roster).filter((roster) => !known.has(roster)))
  }

  /**
   * What this account wrote for them and nobody holds, in the order stored here; rosters first. Before the first of a group goes
   * what others said in its roster: who was invited while away can read it before they meet anybody.
   */
  #waiting(account: AccountId, left: ReadonlyMap<string, number>, strange: ReadonlySet<ConversationId>): Waiting[] {
    const { store, me, sharing, isHeldBack } = this.#parts
    const rows = store.sharedWith(account).filter(({ id }) => !isHeldBack(id))
    const inOrder = rows.toSorted((a, b) => Number(b.kind === 'roster') - Number(a.kind === 'roster'))
    let isOurs = false
    const all = inOrder.flatMap((row) => {
      const logs = store.logs(row.key).filter((log) => log.account === me.account || (row.kind === 'roster' && strange.has(row.id)))
      const waiting = logs.flatMap((log) => {
        const range = row.kind === 'direct' ? { from: 0, to: log.seq } : sharing.rangeOf(row, log, account)
        if (range === null) return []
        const { delivered } = store.mark(log.key, account)
        const before = left.get(`${row.id} ${log.device}`) ?? this.#held(log.key, account)
        const from = Math.max(delivered, before, range.from)
        isOurs ||= log.account === me.account && from < range.to
        const entries = from < range.to ? store.entries(log.key, from, Math.min(ENTRIES_READ, range.to - from)) : []
        return entries.map((entry) => ({ ...entry, conversation: row.id, device: log.device }))
      })
      return waiting.toSorted((a, b) => a.place - b.place)
    })
    return isOurs ? all : []
  }

  /** Up to where a mailbox still holds a log. */
  #held(log: number, account: AccountId): number {
    const { store, clock } = this.#parts
    const sinceMs = store.heldMs(log, account)
    return sinceMs === null || clock.nowMs() - sinceMs > HELD_AGAIN_MS ? 0 : store.mark(log, account).held
  }
}
