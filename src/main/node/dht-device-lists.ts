import { AccountId, type PeerId } from '../../shared/ids.ts'
import { HOUR, KiB, MINUTE, SECOND } from '../../shared/units.ts'
import { openDeviceList, openRevocation, type SignedList } from '../features/identity/index.ts'
import { deadline, type Cancel, type Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database.ts'
import type { Dht, RecordKeeper } from '../platform/dht.ts'
import type { Log } from '../platform/log.ts'
import type { Offence } from '../platform/streams.ts'
import { LAST_SEQ, newestOf, seqOf } from './dht-list-numbers.ts'
import { HeldLists } from './dht-list-store.ts'
import { keyOf } from './dht-records.ts'

/** As long as one may be at all: docs/wire/device-list.md. */
const MAX_LIST_BYTES = 8 * KiB
/** Of a hundred: as zones of the same kinds cost (docs/wire/zone.md). */
const POINTS = { malformed: 20, forged: 25 } as const

/** Own list and others' are looked at so often, whether they are to be told again. */
const LOOK_MS = MINUTE
/** Each is told again so often, as holders come and go. */
const TELL_AGAIN_MS = HOUR
/** Of others', in one look: 10,000 in five hours; in a network of 50 each device holds some hundred. */
const TOLD_AT_ONCE = 32
/** For one list and all its holders. */
const TELL_MS = 20 * SECOND
/** All who were asked refused it. */
const REFUSED_MS = 10 * MINUTE
/** Nobody was there to take it: somebody may have come. */
const ALONE_MS = 10 * SECOND
/** A list was found: so long is listened for a newer one. */
const LISTEN_ON_MS = 300

export interface DeviceListsParts {
  readonly clock: Clock
  readonly log: Log
  readonly database: Database
  readonly dht: Dht
  readonly me: { readonly account: AccountId; readonly peerId: PeerId }
  readonly offence: Offence
  /** In [0, 1). */
  readonly random: () => number
  /** This account's newest list, as its signed envelope; null: not there yet. */
  readonly own: () => Uint8Array | null
  /** A list of this account that another device of it signed, newer than the own one: the two are to be joined. */
  readonly heardOfOwn?: (signed: SignedList) => void
  /** An account's revocation was found, or handed over: it holds. */
  readonly heardRevoked?: (envelope: Uint8Array) => void
}

/** Device lists in the DHT: the own one published, others' held for whoever looks for them. */
export interface DeviceLists {
  start(): void
  stop(): Promise<void>
  /** The newest that is found, or null; judged. Rejects only with the signal's reason. */
  deviceListOf(account: AccountId, signal: AbortSignal): Promise<SignedList | null>
  /** The own list is another one now: told to its holders without waiting for the next look. */
  changed(): void
  /** In the place of that account's list, from now on; gives how many hold it. Rejects only with the signal's reason. */
  revoke(account: AccountId, envelope: Uint8Array, signal: AbortSignal): Promise<number>
}

/** Registers with `dht` as the keeper of device lists. */
export function createDeviceLists(parts: DeviceListsParts): DeviceLists {
  return new DhtDeviceLists(parts)
}

class DhtDeviceLists implements DeviceLists {
  readonly #parts: DeviceListsParts
  readonly #held: HeldLists
  readonly #stop = new AbortController()
  #round: Promise<void> = Promise.resolve()
  #cancel: Cancel = () => {}
  #unlisten: () => void = () => {}
  #isStarted = false
  #isLooking = false
  /** Something changed during a look. */
  #isWanted = false
  /** Whether the DHT was asked for this account's own list: another device may have told one that this one knows nothing of. */
  #isAsked = false
  /** The own list that was told last, and when it is again, on the monotonic clock. */
  #told: { readonly envelope: Uint8Array; readonly againMs: number } | null = null

  constructor(parts: DeviceListsParts) {
    this.#parts = parts
    this.#held = new HeldLists(parts.database, parts.me.peerId)
    parts.dht.keep('latch-devices', this.#keeper())
  }

  start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    this.#unlisten = this.#parts.dht.onChanged(() => {
      if (this.#told === null && !this.#isLooking) this.changed()
    })
    this.#next(SECOND)
  }

  async stop(): Promise<void> {
    this.#cancel()
    this.#unlisten()
    this.#stop.abort(new Error('device lists stop'))
    await this.#round
  }

  changed(): void {
    if (!this.#isStarted || this.#stop.signal.aborted) return
    if (this.#isLooking) {
      this.#isWanted = true
      return
    }
    this.#cancel()
    this.#next(SECOND)
  }

  async revoke(account: AccountId, envelope: Uint8Array, signal: AbortSignal): Promise<number> {
    this.#held.hold({ account, seq: LAST_SEQ, envelope }, this.#parts.clock.nowMs())
    return (await this.#parts.dht.put(keyOf('latch-devices', account), envelope, signal)).held
  }

  async deviceListOf(account: AccountId, signal: AbortSignal): Promise<SignedList | null> {
    const { clock, dht } = this.#parts
    signal.throwIfAborted()
    let best = await this.#opened(account, this.#held.get(account)?.envelope ?? null)
    const over = new AbortController()
    let cancel: Cancel = () => {}
    try {
      const wanted = AbortSignal.any([signal, over.signal, this.#stop.signal])
      for await (const { bytes } of dht.find(keyOf('latch-devices', account), wanted)) {
        const found = await this.#opened(account, bytes)
        if (found === null) continue
        if (best === null || found.list.seq > best.list.seq) best = found
        cancel()
        cancel = clock.after(LISTEN_ON_MS, () => over.abort(new Error('enough was heard')))
      }
    } finally {
      cancel()
    }
    signal.throwIfAborted()
    return best
  }

  #keeper(): RecordKeeper {
    const { clock, offence, own, me } = this.#parts
    return {
      maxBytes: MAX_LIST_BYTES,
      get: (id) => {
        if (id === me.account) return own()
        const account = AccountId.safeParse(id)
        return account.success ? (this.#held.get(account.data)?.envelope ?? null) : null
      },
      put: async (id, value, from) => {
        if (await this.#isRevocation(id, value)) return this.#revoked(id, value)
        const opened = await openDeviceList(value)
        if (opened.outcome !== 'valid') {
          if (from !== null) offence(from, `device lists: ${opened.why}`, POINTS[opened.outcome])
          return { outcome: 'refused', why: opened.why }
        }
        const { signed } = opened
        if (signed.list.account !== id) {
          if (from !== null) offence(from, 'device lists: of another account than it is handed over for', POINTS.malformed)
          return { outcome: 'refused', why: 'it is the list of another account' }
        }
        if (id === me.account) return this.#ofOwn(signed)
        const { account, seq } = signed.list
        // In one turn from here: of two that were opened together, the older one does not win.
        const held = this.#held.get(account)
        if (held !== null && held.seq > seq) return { outcome: 'refused', why: `list ${seq} is older than ${held.seq}` }
        if (held?.seq === seq && Buffer.compare(held.envelope, value) !== 0) {
          return { outcome: 'refused', why: `two different lists carry the number ${seq}` }
        }
        return this.#held.hold({ account, seq, envelope: value }, clock.nowMs())
      },
      judge: async (id, value) => {
        if (await this.#isRevocation(id, value)) return { outcome: 'valid', why: 'its account revoked itself' }
        const opened = await openDeviceList(value)
        if (opened.outcome !== 'valid') return { outcome: 'refused', why: opened.why }
        return opened.signed.list.account === id
          ? { outcome: 'valid', why: 'signed by its account' }
          : { outcome: 'refused', why: 'it is the list of another account' }
      },
      select: (_, values) => newestOf(values),
      count: () => this.#held.count(),
    }
  }

  async #isRevocation(id: string, value: Uint8Array): Promise<boolean> {
    const opened = await openRevocation(value)
    return opened.outcome === 'valid' && opened.revocation.account === id
  }

  /** Newer than every list: what an account said last of all. */
  #revoked(id: string, envelope: Uint8Array): { readonly outcome: 'held' | 'refused'; readonly why: string } {
    this.#parts.heardRevoked?.(envelope)
    return this.#held.hold({ account: AccountId.parse(id), seq: LAST_SEQ, envelope }, this.#parts.clock.nowMs())
  }

  /** The own one is not held for others, and nobody else's word takes its place. */
  #ofOwn(signed: SignedList): { readonly outcome: 'held' | 'refused'; readonly why: string } {
    const seq = seqOf(this.#parts.own())
    if (signed.list.seq > seq) this.#parts.heardOfOwn?.(signed)
    return { outcome: 'refused', why: 'this device knows its own account' }
  }

  async #opened(account: AccountId, envelope: Uint8Array | null): Promise<SignedList | null> {
    if (envelope === null) return null
    if (await this.#isRevocation(account, envelope)) this.#parts.heardRevoked?.(envelope)
    const opened = await openDeviceList(envelope)
    return opened.outcome === 'valid' && opened.signed.list.account === account ? opened.signed : null
  }

  #next(afterMs: number): void {
    this.#cancel = this.#parts.clock.after(afterMs, () => {
      if (this.#isLooking) return
      this.#isLooking = true
      this.#round = this.#look()
        .catch((error: unknown) => this.#parts.log.error({ error }, 'device lists were not told'))
        .finally(() => {
          const afterMs = this.#isWanted ? SECOND : this.#isAlone() ? ALONE_MS : LOOK_MS
          this.#isLooking = false
          this.#isWanted = false
          if (!this.#stop.signal.aborted) this.#next(afterMs)
        })
    })
  }

  /** The own list has reached nobody yet. */
  #isAlone(): boolean {
    return this.#told === null && this.#parts.own() !== null
  }

  async #look(): Promise<void> {
    if (this.#stop.signal.aborted || this.#parts.dht.known().length === 0) return
    await this.#tellOwn()
    const { clock, random } = this.#parts
    // Later by up to a tenth, drawn at each look: of several holders one is first, and the others hear of it.
    const due = this.#held.due(clock.nowMs() - TELL_AGAIN_MS * (1 + 0.1 * random()), TOLD_AT_ONCE)
    for (const { account, envelope } of due) {
      // The own list waits for nobody's: it may say that a device is lost.
      if (this.#stop.signal.aborted || this.#isWanted) return
      await this.#tell(account, envelope)
      this.#held.provided(account, clock.nowMs())
    }
  }

  async #tellOwn(): Promise<void> {
    const { clock, own, log, me, random } = this.#parts
    const envelope = own()
    if (envelope === null) return
    if (!this.#isAsked && (await this.#askForOwn(envelope)) === 'heard') return
    const isTold = this.#told !== null && Buffer.compare(this.#told.envelope, envelope) === 0
    if (isTold && clock.monotonicMs() < (this.#told?.againMs ?? 0)) return
    const { held, asked } = await this.#tell(me.account, envelope)
    log.debug({ held, asked }, 'the own device list was told')
    if (asked === 0) return
    // Those who refused it know a newer one, or have no room.
    const everyMs = held > 0 ? TELL_AGAIN_MS : REFUSED_MS
    this.#told = { envelope, againMs: clock.monotonicMs() + everyMs * (1 - 0.1 * random()) }
  }

  /** Before it is told for the first time: a newer one of ours would put devices out that we have not heard of. */
  async #askForOwn(envelope: Uint8Array): Promise<'heard' | 'nothing'> {
    const { clock, heardOfOwn, me } = this.#parts
    const { signal, release } = deadline(clock, TELL_MS, 'asking for the own devices', this.#stop.signal)
    try {
      const found = await this.deviceListOf(me.account, signal)
      this.#isAsked = true
      if (found === null || Buffer.compare(found.envelope, envelope) === 0) return 'nothing'
      heardOfOwn?.(found)
      this.#isWanted = true
      return 'heard'
    } finally {
      release()
    }
  }

  async #tell(account: AccountId, envelope: Uint8Array): Promise<{ held: number; asked: number }> {
    const { clock, dht } = this.#parts
    const { signal, release } = deadline(clock, TELL_MS, 'telling a device list', this.#stop.signal)
    try {
      return await dht.put(keyOf('latch-devices', account), envelope, signal)
    } finally {
      release()
    }
  }
}
