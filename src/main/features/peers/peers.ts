import { LatchError } from '../../../shared/errors.ts'
import { PeerId, type AccountId } from '../../../shared/ids.ts'
import type { Invitation, Peer, PendingInvitation, Reachability } from '../../../shared/model/peers.ts'
import type { Cancel } from '../../platform/clock.ts'
import { Feed, type Watched } from '../../platform/feed.ts'
import type { RemotePeer } from '../../platform/streams.ts'
import { dialable, parseAddress } from './addresses.ts'
import { Coalesced } from './coalesced.ts'
import { Dialler } from './dialler.ts'
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
import { superfluous } from './twins.ts'
import type { NetworkEvent, PeersEvent, PeersFeature } from './types.ts'

export class Peers implements PeersFeature {
  readonly #parts: PeersParts
  readonly #feed: Feed<PeersEvent>
  readonly #roster: Roster
  readonly #dialler: Dialler
  readonly #roundTrips: RoundTrips
  readonly #learning: Coalesced<PeerId>
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
    this.#learning = new Coalesced(parts.clock, limits.LEARN_EVERY_MS, (peerId) => void this.#learn(peerId))
  }

  async start(): Promise<void> {
    const { bootstrap, clock, interfaces, log, network, people } = this.#parts
    this.#ends.push(
      network.subscribe((event) => this.#onNetwork(event)),
      people.onProof((peerId, account) => this.#onProof(peerId, account)),
      every(clock, limits.SWEEP_EVERY_MS, () => sweep(this.#parts, (peerId) => this.#roster.knows(peerId) || this.#roster.live.has(peerId))),
      every(clock, limits.RTT_EVERY_MS, () => this.#roundTrips.measureAll()),
      watchSurroundings(clock, interfaces, (why) => {
        log.info({ why }, 'dialling again')
        this.#dialler.keeper.wakeAll()
        this.#tellReachability()
      }),
    )
    for (const peer of network.connections()) this.#onConnected(peer)
    for (const address of bootstrap) void this.#dialler.keepBootstrap(address)
    this.#tellReachability()
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new LatchError('UNREACHABLE', 'Latch is stopping.'))
    this.#dialler.keeper.stop()
    this.#learning.stop()
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
    const parsed = parseAddress(text)
    if (parsed !== null) return this.#connectAddress(parsed.address, parsed.peerId)
    throw new LatchError('BAD_INPUT', 'That is no address (/ip4/…/tcp/…), invitation (latch://invite/…) or peer id.')
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
    return this.#dialler.dialAny(devices)
  }

  invite(lastsMs: number): Promise<{ link: string; invitation: Invitation }> {
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

  async #connectInvited({ account, addresses, peerId, token }: OpenInvitation): Promise<Peer> {
    const { door, network, people } = this.#parts
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
    await door.knockWithToken(peerId, token)
    return this.#connected(peerId)
  }

  /** The peer once it said whose it is, or would not: whoever connects wants a person. */
  async #connected(peerId: PeerId): Promise<Peer> {
    await this.#parts.people.prove(peerId, this.#stopping.signal)
    if (!this.#roster.live.has(peerId)) {
      throw new LatchError('UNREACHABLE', 'It answered and hung up: it does not take this device now.')
    }
    this.#keepIfWanted(peerId)
    return this.#roster.peer(peerId)
  }

  #onNetwork(event: NetworkEvent): void {
    switch (event.event) {
      case 'connected':
        return this.#onConnected(event.peer)
      case 'disconnected':
        return this.#onDisconnected(event.peer)
      case 'found':
        return this.#onFound(event)
      case 'identified':
        return this.#learning.ask(event.peerId)
      case 'listening-changed':
        return this.#tellReachability()
    }
  }

  #onConnected(peer: RemotePeer): void {
    const { clock, log, me, network } = this.#parts
    const { peerId } = peer
    const { first, live } = this.#roster.live.opened(peer, clock.nowMs())
    const worked = peer.direction === 'outbound' ? parseAddress(peer.address)?.address : undefined
    this.#roster.note(peerId, {
      seen: true,
      ...(worked === undefined ? {} : { worked }),
      ...(this.#roster.knows(peerId) ? {} : { foundBy: 'inbound' as const }),
    })
    this.#dialler.keeper.connected(peerId)
    this.#keepIfWanted(peerId)
    this.#roster.changed(peerId)
    if (first) {
      log.info({ peerId, route: peer.route, direction: peer.direction }, 'connected')
      this.#tellReachability()
      return
    }
    clock.after(limits.TWINS_GRACE_MS, () => {
      if (this.#stopping.signal.aborted) return
      for (const twin of superfluous(me().peerId, live.connections)) void network.close(twin.connection)
    })
  }

  #onDisconnected(peer: RemotePeer): void {
    const { last } = this.#roster.live.closed(peer)
    if (last) {
      this.#parts.log.info({ peerId: peer.peerId }, 'disconnected')
      this.#roster.note(peer.peerId, { seen: true })
      this.#dialler.disconnected(peer.peerId)
      this.#tellReachability()
    }
    this.#roster.changed(peer.peerId)
  }

  #onFound({ peerId, addresses, by }: Extract<NetworkEvent, { event: 'found' }>): void {
    const { me } = this.#parts
    if (peerId === me().peerId) return
    this.#roster.note(peerId, { foundBy: by, addresses: dialable(addresses) })
    this.#keepIfWanted(peerId)
    this.#dialler.heardOf(peerId, me().peerId, by === 'lan')
  }

  #onProof(peerId: PeerId, account: AccountId | null): void {
    if (!this.#roster.knows(peerId)) return
    this.#roster.note(peerId, { account })
    if (account === null) this.#dialler.keeper.release(peerId)
    this.#keepIfWanted(peerId)
    this.#roster.changed(peerId)
  }

  #keepIfWanted(peerId: PeerId): void {
    if (!this.#roster.knows(peerId)) return
    const { account } = this.#roster.peer(peerId)
    if (account !== null && this.#kept.has(account)) this.#dialler.keep(peerId)
  }

  /** What a connected peer says of itself: shown, bounded, trusted in nothing. */
  async #learn(peerId: PeerId): Promise<void> {
    const { log, network } = this.#parts
    const about = await network.about(peerId).catch((error: unknown) => log.debug({ peerId, error }, 'not known'))
    const live = this.#roster.live.of(peerId)
    if (live === null || about === undefined) return
    live.agent = about.agent?.replaceAll(/[^\x20-\x7e]/g, '').slice(0, limits.MAX_AGENT_CHARACTERS) ?? null
    live.protocols = about.protocols.slice(0, limits.MAX_PROTOCOLS)
    this.#roster.note(peerId, { addresses: dialable(about.addresses) })
    this.#roster.changed(peerId)
    await this.#roundTrips.measure(peerId)
  }

  #tellReachability(): void {
    const reachability = this.reachability()
    const text = JSON.stringify(reachability)
    if (text === this.#reachability) return
    this.#reachability = text
    this.#feed.publish({ event: 'reachability-changed', reachability })
  }
}
