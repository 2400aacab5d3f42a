import { LatchError } from '../../../shared/errors.ts'
import type { PeerId } from '../../../shared/ids.ts'
import type { Linking as LinkingState, OwnDevice } from '../../../shared/model/devices.ts'
import type { Cancel } from '../../platform/clock.ts'
import { Feed, type Watched } from '../../platform/feed.ts'
import { createLinkProtocol, type Joiner } from '../../protocols/link/index.ts'
import { packAccount } from './account.ts'
import { BEHIND_EVERY_MS, SEEN_EVERY_MS } from './limits.ts'
import { Linking } from './linking.ts'
import { DeviceStore } from './store.ts'
import type { DevicesEvent, DevicesFeature, DevicesParts } from './types.ts'

export function createDevices(parts: DevicesParts): DevicesFeature {
  return new Devices(parts)
}

class Devices implements DevicesFeature {
  readonly #parts: DevicesParts
  readonly #store: DeviceStore
  readonly #seen: Map<PeerId, number>
  readonly #feed: Feed<DevicesEvent>
  readonly #linking: Linking
  #ends: (() => void)[] = []
  #cancel: Cancel = () => {}
  /** What was told of what devices lack. */
  #told = ''

  constructor(parts: DevicesParts) {
    this.#parts = parts
    this.#store = new DeviceStore(parts.database)
    this.#seen = this.#store.seen()
    this.#feed = new Feed((error) => parts.log.error({ error }, 'a listener of devices failed'))
    this.#linking = new Linking({
      ...parts,
      pack: (joiner) => this.#pack(joiner),
      onChanged: (linking) => this.#feed.publish({ event: 'linking-changed', linking }),
    })
  }

  async start(): Promise<void> {
    const { clock, log, me, offence, onConnections, own, random, streams } = this.#parts
    await this.#handOut()
    await createLinkProtocol({ streams, clock, log, offence, random, me: me.peerId }).serve(this.#linking)
    this.#ends = [own.onChanged(() => this.#changed()), onConnections((peerId) => this.#connection(peerId))]
    this.#keep()
    this.#look()
    await this.#parts.synced?.start()
  }

  async stop(): Promise<void> {
    await this.#parts.synced?.stop()
    for (const end of this.#ends) end()
    this.#ends = []
    this.#cancel()
    this.#linking.stop()
  }

  list(): OwnDevice[] {
    const { behind, isConnected, me, own, clock } = this.#parts
    return own.current().devices.map(({ peerId, label, addedAtMs }) => {
      const here = peerId === me.peerId
      const connected = here || isConnected(peerId)
      const lastSeenMs = connected ? Math.round(clock.nowMs()) : (this.#seen.get(peerId) ?? null)
      return { peerId, label, addedMs: addedAtMs, here, connected, lastSeenMs, revoked: false, behind: here || !connected ? null : behind(peerId) }
    })
  }

  linking(): LinkingState | null {
    return this.#linking.current()
  }

  link(): LinkingState {
    return this.#linking.begin()
  }

  answerLink(allow: boolean): LinkingState {
    return this.#linking.answer(allow)
  }

  cancelLink(): void {
    this.#linking.cancel()
  }

  async rename(peerId: PeerId, label: string): Promise<OwnDevice[]> {
    if (label.trim() === '') throw new LatchError('BAD_INPUT', 'A device has to be called something.')
    await this.#parts.own.rename(peerId, label)
    return this.list()
  }

  async revoke(peerId: PeerId): Promise<OwnDevice[]> {
    await this.#parts.own.revoke(peerId)
    return this.list()
  }

  watch(signal?: AbortSignal): AsyncIterable<Watched<{ devices: OwnDevice[]; linking: LinkingState | null }, DevicesEvent>> {
    return this.#feed.watch(() => ({ devices: this.list(), linking: this.linking() }), signal)
  }

  async #pack({ peer, label, mailKey }: Joiner): Promise<{ account: Uint8Array; keep: () => Promise<void> }> {
    const { account, carried, clock, own } = this.#parts
    const addedAtMs = Math.round(clock.nowMs())
    const { envelope, keep } = await own.with({ peerId: peer.peerId, label, addedAtMs, mailKey })
    const packed = carried.map(({ what, pack }) => [what, JSON.stringify(pack() ?? null)] as const)
    return { account: packAccount({ ...account(), deviceList: envelope, carried: Object.fromEntries(packed) }), keep }
  }

  /** What came with the account: once, and again where the process ended in the middle. */
  async #handOut(): Promise<void> {
    const { carried, log } = this.#parts
    const arrived = new Map(this.#store.arrived().map(({ what, value }) => [what, value]))
    for (const { what, unpack } of carried) {
      const value = arrived.get(what)
      if (value === undefined) continue
      try {
        await unpack(JSON.parse(value))
      } catch (error) {
        log.error({ error, what }, 'a part of what came with the account could not be used')
      }
      this.#store.handedOut(what)
    }
  }

  #connection(peerId: PeerId): void {
    if (!this.#isOwn(peerId)) return
    const nowMs = this.#parts.clock.nowMs()
    if (nowMs - (this.#seen.get(peerId) ?? 0) >= SEEN_EVERY_MS) {
      this.#seen.set(peerId, Math.round(nowMs))
      this.#store.putSeen(peerId, nowMs)
    }
    this.#changed()
  }

  #isOwn(peerId: PeerId): boolean {
    return peerId !== this.#parts.me.peerId && this.#parts.own.current().devices.some((device) => device.peerId === peerId)
  }

  #changed(): void {
    this.#keep()
    this.#feed.publish({ event: 'devices-changed', devices: this.list() })
  }

  /** What devices lack changes with every message: it is told now and then, where it changed. */
  #look(): void {
    this.#cancel = this.#parts.clock.after(BEHIND_EVERY_MS, () => {
      const others = this.#parts.own.current().devices.length > 1 ? this.list() : []
      const behind = JSON.stringify(others.map((device) => device.behind))
      if (behind !== this.#told && this.#told !== '') this.#changed()
      this.#told = behind
      this.#look()
    })
  }

  #keep(): void {
    const { keepConnected, own } = this.#parts
    keepConnected(own.current().devices.length > 1)
  }
}
