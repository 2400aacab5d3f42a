import type { AccountId, PeerId } from '../../../../shared/ids.ts'
import type { HeldMail } from '../../../../shared/model/mailbox.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { Admission, Offence, RefusalCode, RemotePeer } from '../../../platform/streams.ts'
import type { Collected, Deposited, DepositRefusal, Hex, MailboxHandlers, RegisterRefusal, Room } from '../../../protocols/mailbox/index.ts'
import {
  KEEP_MS,
  LETTERS_BURST,
  LETTERS_PER_SECOND,
  MAX_COMING,
  MAX_GOING,
  NEWS_PACE_MS,
  OFFERS_BURST,
  OFFERS_PER_SECOND,
  QUOTA_BYTES,
  UNKNOWN_BOX_POINTS,
} from '../limits.ts'
import { Pace } from '../pace.ts'
import type { Box, HeldStore } from './held-store.ts'
import { roomFor } from './room.ts'

export interface HolderParts {
  readonly store: HeldStore
  readonly clock: Clock
  readonly log: Log
  readonly offence: Offence
  readonly capacityBytes: number
  readonly admits: (peer: RemotePeer, signal: AbortSignal) => Promise<Admission>
  readonly mayHold: (account: AccountId, device: PeerId) => boolean
  readonly accountOf: (peerId: PeerId) => AccountId | null
  readonly isConnected: (peerId: PeerId) => boolean
  /** Somebody who is there has news here. */
  readonly tell: (device: PeerId) => void
  readonly onChange: () => void
}

/** Holds letters for others: what this device does for its contacts, and an introducer for whoever comes. */
export class Holder implements Omit<MailboxHandlers, 'news'> {
  readonly #parts: HolderParts
  readonly #offers = new Pace({ burst: OFFERS_BURST, perSecond: OFFERS_PER_SECOND })
  readonly #letters = new Pace({ burst: LETTERS_BURST, perSecond: LETTERS_PER_SECOND })
  readonly #news = new Pace({ burst: 1, perSecond: 1000 / NEWS_PACE_MS })
  readonly #toTell = new Set<PeerId>()
  #coming = 0
  #going = 0

  constructor(parts: HolderParts) {
    this.#parts = parts
  }

  offered(peer: RemotePeer, box: Hex, bytes: number): { outcome: 'go'; over(): void } | { outcome: DepositRefusal } {
    const judged = this.#judge(peer, box, bytes)
    if (judged.outcome !== 'go') return judged
    this.#coming += 1
    return { outcome: 'go', over: () => void (this.#coming -= 1) }
  }

  /** Looked at once more: others came meanwhile. */
  deposited(peer: RemotePeer, box: Hex, sealed: Uint8Array): Deposited {
    const { store, clock, log, onChange } = this.#parts
    const found = this.#boxOf(box)
    if (found === null) return { outcome: 'refused' }
    const room = this.#roomFor(found, sealed.byteLength, 0)
    if (room !== 'take') return { outcome: room }
    store.add(found, sealed, clock.nowMs())
    log.debug({ bytes: sealed.byteLength }, 'a letter is held')
    onChange()
    this.#tell(found.device)
    return { outcome: 'held', forMs: KEEP_MS }
  }

  async register(peer: RemotePeer, box: Hex, signal: AbortSignal): Promise<(Room & { outcome: 'registered' }) | { outcome: RegisterRefusal }> {
    const { store, clock, admits, accountOf, onChange } = this.#parts
    const { peerId } = peer
    if (!this.#offers.takes(peer.connection, clock.monotonicMs())) return { outcome: 'busy' }
    const admission = await admits(peer, signal)
    if (admission.verdict === 'refuse') {
      // What was held may still be collected: it was taken when the door let them.
      return { outcome: asRefusal(admission.code) }
    }
    const account = accountOf(peerId)
    if (account === null) return { outcome: 'unproven' }
    const done = store.register({ device: peerId, account, box }, clock.nowMs())
    if (done === 'taken') return { outcome: 'denied' }
    if (done === 'full') return { outcome: 'full' }
    onChange()
    return { outcome: 'registered', quotaBytes: QUOTA_BYTES, usedBytes: store.usedBy(account).bytes }
  }

  unregister({ peerId }: RemotePeer): void {
    this.#parts.store.unregister(peerId)
    this.#parts.onChange()
  }

  /** Whose box it is, Noise proved; the door need not be asked again. */
  collect({ peerId }: RemotePeer, after: number): { collected: Collected; over(): void } {
    const { store, clock } = this.#parts
    const nothing = (): void => {}
    const own = store.boxOf(peerId)
    if (own === null) return { collected: { outcome: 'refused' }, over: nothing }
    if (this.#going >= MAX_GOING) return { collected: { outcome: 'busy' }, over: nothing }
    this.#going += 1
    store.seen(peerId, clock.nowMs())
    const room = { quotaBytes: QUOTA_BYTES, usedBytes: store.usedBy(own.account).bytes }
    return { collected: { outcome: 'page', ...store.page(peerId, after), ...room }, over: () => void (this.#going -= 1) }
  }

  acknowledge({ peerId }: RemotePeer, letters: readonly Hex[]): void {
    if (this.#parts.store.acknowledge(peerId, letters) > 0) this.#parts.onChange()
  }

  /** Throws away what is held for an account, and holds nothing more until it registers again. */
  drop(account: AccountId): number {
    const { store, onChange } = this.#parts
    const devices = store.devicesOf(account)
    for (const device of devices) store.unregister(device)
    if (devices.length > 0) onChange()
    return devices.length
  }

  held(): HeldMail[] {
    return this.#parts.store.accounts()
  }

  sweep(): void {
    const { store, clock, onChange } = this.#parts
    if (store.sweep(clock.nowMs()) > 0) onChange()
  }

  #judge(peer: RemotePeer, box: Hex, bytes: number): { outcome: 'go' } | { outcome: DepositRefusal } {
    const { clock, offence } = this.#parts
    const nowMs = clock.monotonicMs()
    if (!this.#offers.takes(peer.connection, nowMs)) return { outcome: 'busy' }
    const found = this.#boxOf(box)
    if (found === null) {
      offence(peer.peerId, 'mailbox: a box that is none', UNKNOWN_BOX_POINTS)
      return { outcome: 'refused' }
    }
    if (!this.#letters.takes(found.device, nowMs)) return { outcome: 'busy' }
    const room = this.#roomFor(found, bytes, this.#coming)
    return room === 'take' ? { outcome: 'go' } : { outcome: room }
  }

  /** Null also where the door would let them no more: whoever deposits is not told which. */
  #boxOf(box: Hex): Box | null {
    const found = this.#parts.store.byBox(box)
    return found !== null && this.#parts.mayHold(found.account, found.device) ? found : null
  }

  #roomFor({ account }: Box, bytes: number, coming: number): 'take' | DepositRefusal {
    const { store, capacityBytes, log } = this.#parts
    const ofAccount = store.usedBy(account)
    const room = roomFor({ bytes, ofAccount, allBytes: store.allBytes(), capacityBytes, coming, maxComing: MAX_COMING })
    if (room.verdict !== 'take') log.info({ why: room.why }, 'a letter was not taken')
    return room.verdict
  }

  /** At most so often: what comes meanwhile is told of in one. */
  #tell(device: PeerId): void {
    const { clock, isConnected, tell } = this.#parts
    if (!isConnected(device) || this.#toTell.has(device)) return
    if (this.#news.takes(device, clock.monotonicMs())) return tell(device)
    this.#toTell.add(device)
    clock.after(NEWS_PACE_MS, () => {
      this.#toTell.delete(device)
      if (isConnected(device)) tell(device)
    })
  }
}

function asRefusal(code: RefusalCode): RegisterRefusal {
  switch (code) {
    case 'knock-first':
    case 'unproven':
    case 'busy':
      return code
    default:
      return 'denied'
  }
}
