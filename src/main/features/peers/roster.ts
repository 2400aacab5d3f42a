import { LatchError } from '../../../shared/errors.ts'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import type { Peer } from '../../../shared/model/peers.ts'
import { dialable } from '../../platform/addresses.ts'
import type { Feed } from '../../platform/feed.ts'
import type { Keeping } from './keeper.ts'
import { MAX_ADDRESSES } from './limits.ts'
import { bestOf, LivePeers } from './live.ts'
import type { PeersParts } from './parts.ts'
import { PeerBook, type News } from './peer-book.ts'
import type { PeersEvent } from './types.ts'

/** Every peer known here as the window shows it: what is remembered, what is connected, what is being tried. */
export class Roster {
  readonly live = new LivePeers()
  readonly #parts: PeersParts
  readonly #feed: Feed<PeersEvent>
  readonly #keepingOf: (peerId: PeerId) => Keeping | null
  readonly #book: PeerBook
  readonly #dials = new Map<PeerId, number>()
  readonly #errors = new Map<PeerId, string>()
  readonly #told = new Map<PeerId, string>()

  constructor(parts: PeersParts, feed: Feed<PeersEvent>, keepingOf: (peerId: PeerId) => Keeping | null) {
    this.#parts = parts
    this.#feed = feed
    this.#keepingOf = keepingOf
    this.#book = new PeerBook(parts.database, {
      nowMs: () => parts.clock.nowMs(),
      mayForget: ({ peerId }) => !this.live.has(peerId) && keepingOf(peerId) === null && !this.#dials.has(peerId),
    })
  }

  list(): Peer[] {
    return this.#book.all().map(({ peerId }) => this.peer(peerId))
  }

  /** Errors: LatchError NOT_FOUND. */
  peer(peerId: PeerId): Peer {
    const known = this.#book.get(peerId)
    if (known === null) throw new LatchError('NOT_FOUND', 'No peer of that id is known here.')
    const live = this.live.of(peerId)
    const best = live === null ? null : bestOf(live, this.#parts.clock.nowMs())
    const keeping = this.#keepingOf(peerId)
    const current = best === null ? [] : dialable([best.address])
    const addresses = [...current, ...known.addresses.map(({ address }) => address)]
    return {
      peerId,
      account: this.#parts.people.accountOf(peerId) ?? known.account,
      demo: known.foundBy.includes('demo'),
      state: stateOf(live !== null, this.#dials.has(peerId), keeping),
      route: best?.route ?? null,
      transport: best?.transport ?? null,
      fuel: best?.route === 'relayed' ? (live?.fuel ?? null) : null,
      addresses: [...new Set(addresses)].slice(0, MAX_ADDRESSES),
      foundBy: [...known.foundBy],
      rttMs: live?.rttMs ?? null,
      agent: live?.agent ?? null,
      protocols: [...(live?.protocols ?? [])],
      connectedMs: live?.connectedMs ?? null,
      nextDialMs: live === null ? (keeping?.nextDialMs ?? null) : null,
      lastError: live === null ? (this.#errors.get(peerId) ?? null) : null,
      standing: this.#parts.door.standing(peerId),
    }
  }

  knows(peerId: PeerId): boolean {
    return this.#book.get(peerId) !== null
  }

  addressesOf(peerId: PeerId): string[] {
    return this.#book.get(peerId)?.addresses.map(({ address }) => address) ?? []
  }

  devicesOf(account: AccountId): PeerId[] {
    return this.#book.devicesOf(account)
  }

  note(peerId: PeerId, news: News): void {
    const { outcome, forgotten } = this.#book.note(peerId, news)
    if (forgotten !== null) this.#tellForgotten(forgotten)
    if (outcome === 'noted') this.changed(peerId)
    if (outcome === 'full') this.#parts.log.debug({ peerId }, 'not remembered: the list of peers is full')
  }

  dialStarted(peerId: PeerId): void {
    this.#dials.set(peerId, (this.#dials.get(peerId) ?? 0) + 1)
    this.changed(peerId)
  }

  /** `error`: why it failed, as a sentence, or null when it did not. */
  dialEnded(peerId: PeerId, error: string | null): void {
    const left = (this.#dials.get(peerId) ?? 1) - 1
    if (left > 0) this.#dials.set(peerId, left)
    else this.#dials.delete(peerId)
    if (error === null) this.#errors.delete(peerId)
    else this.#errors.set(peerId, error)
    this.changed(peerId)
  }

  forget(peerId: PeerId): void {
    this.#book.forget(peerId)
    this.#tellForgotten(peerId)
  }

  /** Tells whoever watches, if there is anything new to see. */
  changed(peerId: PeerId): void {
    if (!this.knows(peerId)) return
    const peer = this.peer(peerId)
    const text = JSON.stringify(peer)
    if (this.#told.get(peerId) === text) return
    this.#told.set(peerId, text)
    this.#feed.publish({ event: 'peer-changed', peer })
  }

  #tellForgotten(peerId: PeerId): void {
    this.#errors.delete(peerId)
    this.#told.delete(peerId)
    this.#feed.publish({ event: 'peer-forgotten', peerId })
  }
}

function stateOf(isConnected: boolean, isDialled: boolean, keeping: Keeping | null): Peer['state'] {
  if (isConnected) return 'connected'
  if (isDialled || keeping?.state === 'dialling' || keeping?.state === 'due') return 'connecting'
  return keeping?.state === 'waiting' ? 'waiting' : 'away'
}
