import { LatchError } from '../../../shared/errors.ts'
import { PeerId, type AccountId } from '../../../shared/ids.ts'
import type { Invitation, MadeInvitation, Peer, PendingInvitation, Reachability } from '../../../shared/model/peers.ts'
import { readAddress } from '../../platform/addresses.ts'
import type { Cancel } from '../../platform/clock.ts'
import { Feed, type Watched } from '../../platform/feed.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import { Arrivals } from './arrivals.ts'
import { Dialler } from './dialler.ts'
import { lookAtFuel } from './fuel.ts'
import { looksLikeInvitation, type OpenInvitation } from './invitation.ts'
import { Invitations } from './invitations.ts'
import * as limits from './limits.ts'
import type { PeersParts } from './parts.ts'
import { judgeReachability } from './reachability.ts'
import { Roster } from './roster.ts'
import { RoundTrips } from './round-trips.ts'
import { sweep } from './sweep.ts'
import { watchSurroundings } from './surroundings.ts'
import { every } from './ticker.ts'
import type { PeersEvent, PeersFeature } from './types.ts'

export class Peers implements PeersFeature {
  readonly #parts: PeersParts
  readonly #feed: Feed<PeersEvent>
  readonly #roster: Roster
  readonly #dialler: Dialler
  readonly #roundTrips: RoundTrips
  readonly #arrivals: Arrivals
  readonly #invitations: Invitations
  readonly #kept = new Set<AccountId>()
  readonly #stopping = new AbortController()
  readonly #ends: Cancel[] = []
  #reachability = ''

  constructor(parts: PeersParts) {
    this.#parts = parts
    this.#feed = new Feed((error) => parts.log.error({ error }, 'a listener of peers failed'))
    this.#dialler = new Dialler(parts, () => this.#roster, this.#stopping.signal)
    this.#roster = new Roster(parts, this.#feed, (peerId) => this.#dialler.keeper.of(peerId))
    this.#invitations = new Invitations(parts)
    this.#roundTrips = new RoundTrips(parts, this.#roster, this.#stopping.signal)
    this.#arrivals = new Arrivals(parts, {
      roster: this.#roster,
      dialler: this.#dialler,
      roundTrips: this.#roundTrips,
      isWanted: (account) => this.#kept.has(account),
      tellReachability: () => this.#tellReachability(),
    })
  }

  async start(): Promise<void> {
    const { bootstrap, clock, interfaces, network, people } = this.#parts
    this.#ends.push(
      network.subscribe((event) => this.#arrivals.on(event)),
      people.onProof((peerId, account) => this.#onProof(peerId, account)),
      every(clock, limits.SWEEP_EVERY_MS, () => sweep(this.#parts, (peerId) => this.#roster.knows(peerId) || this.#roster.live.has(peerId))),
      every(clock, limits.RTT_EVERY_MS, () => this.#roundTrips.measureAll()),
      every(clock, limits.FUEL_EVERY_MS, () => lookAtFuel(network, this.#roster, clock.nowMs())),
      watchSurroundings(clock, interfaces, (why) => this.#onSurroundings(why)),
    )
    for (const peer of network.connections()) this.#arrivals.on({ event: 'connected', peer })
    for (const address of bootstrap) void this.#dialler.keepBootstrap(address)
    this.#tellReachability()
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new LatchError('UNREACHABLE', 'Latch is stopping.'))
    this.#dialler.keeper.stop()
    this.#arrivals.stop()
    for (const end of this.#ends.splice(0)) end()
  }

  list(): Peer[] {
    return this.#roster.list()
  }

  async connect(to: string): Promise<Peer> {
    const text = to.trim()
    if (looksLikeInvitation(text)) return this.#connectInvited(await this.#invitations.accept(text))
    const known = PeerId.safeParse(text)
    if (known.success) return this.#connectKnown(known.data)
    const parsed = readAddress(text)
    if (parsed !== null) return this.#connectAddress(parsed.address, parsed.peerId)
    throw new LatchError('BAD_INPUT', 'That is no address (/ip4/…/tcp/…), invitation (latch://invite/…) or peer id.')
  }

  dial(peerId: PeerId, addresses: readonly string[]): Promise<RemotePeer> {
    this.#roster.note(peerId, { foundBy: 'introducer', addresses })
    return this.#dialler.dialPeer(peerId)
  }

  dialInPassing(peerId: PeerId, addresses: readonly string[]): Promise<RemotePeer> {
    return this.#roster.knows(peerId) ? this.dial(peerId, addresses) : this.#dialler.dialPeer(peerId, addresses)
  }

  async disconnect(peerId: PeerId): Promise<Peer> {
    this.#roster.peer(peerId)
    this.#dialler.hold(peerId)
    await this.#parts.network.hangUp(peerId)
    return this.#roster.peer(peerId)
  }

  async forget(peerId: PeerId): Promise<void> {
    await this.disconnect(peerId)
    await this.#parts.network.forget(peerId)
    this.#roster.forget(peerId)
    this.#dialler.unhold(peerId)
  }

  keepAlive(account: AccountId, keep: boolean): void {
    if (keep) this.#kept.add(account)
    else this.#kept.delete(account)
    for (const device of this.#devicesOf(account)) {
      if (keep) {
        this.#roster.note(device, { account, foundBy: 'contact' })
        this.#dialler.keep(device)
      } else this.#dialler.keeper.release(device)
      this.#roster.changed(device)
    }
  }

  isKept(peerId: PeerId): boolean {
    return this.#dialler.keeper.of(peerId) !== null
  }

  mayDial(peerId: PeerId): boolean {
    return !this.#dialler.isHeld(peerId)
  }

  async reach(account: AccountId): Promise<PeerId[]> {
    const devices = this.#devicesOf(account)
    const connected = devices.filter((device) => this.#roster.live.has(device))
    if (connected.length > 0) return connected
    try {
      return await this.#dialler.dialAny(devices)
    } catch (error) {
      // They may have others by now, or none of theirs was met yet.
      const others = (await this.#parts.people.find(account)).filter((device) => !devices.includes(device))
      if (others.length === 0) throw error
      return this.#dialler.dialAny(others)
    }
  }

  invite(lastsMs: number): Promise<MadeInvitation> {
    return this.#invitations.make(lastsMs)
  }

  invitations(): PendingInvitation[] {
    return this.#invitations.open()
  }

  revokeInvitation(id: string): PendingInvitation[] {
    return this.#invitations.revoke(id)
  }

  readInvitation(link: string): Promise<Invitation> {
    return this.#invitations.read(link)
  }

  reachability(): Reachability {
    const { introducers, network, tried } = this.#parts
    const facts = { listening: network.listening(), places: introducers.places(), tried: tried() }
    return judgeReachability({ ...facts, connections: this.#roster.live.size })
  }

  watch(signal?: AbortSignal): AsyncIterable<Watched<{ peers: Peer[]; reachability: Reachability }, PeersEvent>> {
    return this.#feed.watch(() => ({ peers: this.list(), reachability: this.reachability() }), signal)
  }

  /** Its own list says which, as does what each device proved when it was last here. */
  #devicesOf(account: AccountId): PeerId[] {
    const { me, people } = this.#parts
    const devices = new Set([...people.devicesOf(account), ...this.#roster.devicesOf(account)])
    devices.delete(me().peerId)
    return [...devices]
  }

  async #connectAddress(address: string, named: PeerId | null): Promise<Peer> {
    if (named !== null) {
      this.#dialler.unhold(named)
      this.#roster.note(named, { foundBy: 'address', addresses: [address] })
    }
    const { peerId } = await this.#dialler.dialAddress(address, named)
    this.#dialler.unhold(peerId)
    this.#roster.note(peerId, { foundBy: 'address', addresses: [address] })
    return this.#connected(peerId)
  }

  async #connectKnown(peerId: PeerId): Promise<Peer> {
    this.#roster.peer(peerId)
    this.#dialler.unhold(peerId)
    await this.#dialler.dialPeer(peerId)
    return this.#connected(peerId)
  }

  async #connectInvited({ account, addresses, network: named, peerId, token }: OpenInvitation): Promise<Peer> {
    const { door, invited, network, people } = this.#parts
    this.#dialler.unhold(peerId)
    this.#roster.note(peerId, { foundBy: 'invitation', addresses })
    await this.#dialler.dialPeer(peerId)
    const proof = await people.prove(peerId, this.#stopping.signal)
    if (proof === null) {
      throw new LatchError('UNREACHABLE', 'It answered and did not say whose it is; its door may be closed to you.')
    }
    if (proof.account !== account) {
      await network.hangUp(peerId)
      throw new LatchError('UNREACHABLE', 'It answered, but it belongs to somebody else than the one who invited you.')
    }
    const { state } = await door.knockWithToken(peerId, token)
    const peer = await this.#connected(peerId)
    if (named !== null && state === 'allowed') invited?.(named, peerId)
    return peer
  }

  /** The peer once it said whose it is, or would not: whoever connects wants a person. */
  async #connected(peerId: PeerId): Promise<Peer> {
    await this.#parts.people.prove(peerId, this.#stopping.signal)
    if (!this.#roster.live.has(peerId)) {
      throw new LatchError('UNREACHABLE', 'It answered and hung up: it does not take this device now.')
    }
    this.#arrivals.keepIfWanted(peerId)
    return this.#roster.peer(peerId)
  }

  #onProof(peerId: PeerId, account: AccountId | null): void {
    if (!this.#roster.knows(peerId)) return
    this.#roster.note(peerId, { account })
    if (account === null) this.#dialler.keeper.release(peerId)
    this.#arrivals.keepIfWanted(peerId)
    this.#roster.changed(peerId)
  }

  /** What was connected may be dead without a word of it: the network says so only after minutes. */
  #onSurroundings(why: 'the machine slept' | 'the network changed'): void {
    const { log, network, surroundingsChanged } = this.#parts
    log.info({ why }, 'dialling again')
    surroundingsChanged?.(why)
    this.#dialler.keeper.wakeAll()
    network
      .weed(null, limits.WEED_WITHIN_MS)
      .then(() => this.#dialler.keeper.wakeAll())
      .catch((error: unknown) => log.warn({ error }, 'connections could not be looked through'))
    this.#tellReachability()
  }

  #tellReachability(): void {
    const reachability = this.reachability()
    const text = JSON.stringify(reachability)
    if (text === this.#reachability) return
    this.#reachability = text
    this.#feed.publish({ event: 'reachability-changed', reachability })
  }
}
