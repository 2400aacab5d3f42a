import type { PrivateKey } from '@libp2p/interface'
import { LatchError } from '../../../../shared/errors.ts'
import type { PeerId } from '../../../../shared/ids.ts'
import type { NetworkId } from '../../../../shared/model/ledger.ts'
import {
  NetworkLabel, type KnownNetwork, type NetworkDraft, type NetworkPreview, type ValidatorCard,
} from '../../../../shared/model/networks.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database.ts'
import { Feed, type Watched } from '../../../platform/feed.ts'
import type { Log } from '../../../platform/log.ts'
import { digestHex, digestOf, networkIdOf, toHex } from '../bytes.ts'
import { type Genesis, networkOf, ownGenesis, type Validator } from '../genesis.ts'
import { storedHead } from '../stored-networks.ts'
import type { NetworksEvent, NetworksFeature } from '../types.ts'
import { cardFacts, type OpenCard, readCard, writeCard } from './card.ts'
import { genesisOf } from './draft.ts'
import { withHints } from './hints.ts'
import { MAX_NETWORKS } from './limits.ts'
import { genesisOrNot, type Hint, readNetworkLink, whyNotFollowed, writeNetworkLink } from './network-link.ts'
import { NetworkStore, type Origin, type Remembered } from './store.ts'
import { knownNetwork, rulesOf } from './views.ts'

/** What the networks are made of, handed over by `node/`. */
export interface NetworksParts {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly me: { readonly peerId: PeerId; readonly deviceKey: PrivateKey }
  /** What the person calls themselves: the label of this device as a validator. */
  readonly name: () => string
  /** Where this device listens, for cards and links. */
  readonly addresses: () => readonly string[]
  /** Asks a connected device for the genesis of a network. Whether it is that one is checked here. Errors: LatchError. */
  readonly fetchGenesis: (by: PeerId, id: NetworkId) => Promise<Uint8Array>
  /** The ledger follows this network from now on; resolves when it does. */
  readonly use: (genesis: Genesis, label: string) => Promise<void>
  /** Whether nothing would be left behind on the active network, of this id: no name of anybody, no entry of one's own that waits. */
  readonly isEmptyOfMine: (id: NetworkId) => boolean
}

export class Networks implements NetworksFeature {
  readonly #parts: NetworksParts
  readonly #store: NetworkStore
  readonly #feed: Feed<NetworksEvent>
  readonly #known = new Map<NetworkId, Remembered>()
  #active: NetworkId
  /** To which the ledger goes over now. */
  #next: NetworkId | null = null
  /** Only one change of the active network runs at a time. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(parts: NetworksParts) {
    this.#parts = parts
    this.#feed = new Feed((error) => parts.log.error({ error }, 'a listener of networks failed'))
    this.#store = new NetworkStore(parts.database, parts.log)
    const { networks, active } = this.#store.read()
    for (const network of networks) this.#known.set(network.id, network)
    this.#active = active ?? this.#begin()
  }

  list(): KnownNetwork[] {
    return [...this.#known.keys()].map((id) => this.#view(id))
  }

  active(): { readonly genesis: Genesis; readonly label: string; readonly network: NetworkId } {
    const { genesis, label, id } = this.#get(this.#active)
    return { genesis, label, network: id }
  }

  async card(): Promise<{ link: string; card: ValidatorCard }> {
    const { addresses, clock, me } = this.#parts
    const { key, label } = this.#validator()
    const madeMs = clock.nowMs()
    const written = await writeCard(me.deviceKey, { label, addresses: addresses(), madeMs })
    const card: OpenCard = { key, peerId: me.peerId, label, addresses: written.addresses, madeMs }
    return { link: written.link, card: cardFacts(card, me.peerId) }
  }

  async readCard(link: string): Promise<ValidatorCard> {
    const { clock, me } = this.#parts
    return cardFacts(await readCard(link, clock.nowMs(), 'This card'), me.peerId)
  }

  async make(draft: NetworkDraft): Promise<KnownNetwork> {
    const { clock, log } = this.#parts
    const nowMs = clock.nowMs()
    const cards: OpenCard[] = []
    for (const [index, link] of draft.cards.entries()) cards.push(await readCard(link, nowMs, `Card ${index + 1}`))
    let genesis = genesisOf(draft, this.#validator(), cards, nowMs)
    // Two of one millisecond would be one network.
    while (this.#known.has(idOf(genesis))) genesis = { ...genesis, startMs: genesis.startMs + 1 }
    if (genesis.faults === 0 && cards.length > 0) {
      log.warn({ validators: cards.length + 1 }, 'a network was made in which any one validator certifies a block alone')
    }
    return this.#activate(this.#learn(genesis, draft.label, 'made', cards))
  }

  async link(id: NetworkId): Promise<{ link: string }> {
    const { addresses, me } = this.#parts
    const { genesis, label, hints } = this.#get(id)
    const others = hints.filter((hint) => hint.addresses.length > 0)
    return { link: writeNetworkLink({ genesis, label, hints: [{ peerId: me.peerId, addresses: addresses() }, ...others] }) }
  }

  async read(link: string): Promise<NetworkPreview> {
    const { clock, me } = this.#parts
    const { genesis, label } = readNetworkLink(link, clock.nowMs())
    const id = idOf(genesis)
    return { id, label, known: this.#known.has(id), ...rulesOf(genesis, me.peerId) }
  }

  async join(link: string, use: boolean): Promise<KnownNetwork> {
    const { genesis, label, hints } = readNetworkLink(link, this.#parts.clock.nowMs())
    const id = this.#learn(genesis, label, 'link', hints)
    return use ? this.#activate(id) : this.#view(id)
  }

  async use(id: NetworkId): Promise<KnownNetwork> {
    this.#get(id)
    return this.#activate(id)
  }

  rename(id: NetworkId, label: string): KnownNetwork {
    const network = this.#get(id)
    this.#store.setLabel(id, label)
    return this.#changed({ ...network, label })
  }

  forget(id: NetworkId): void {
    const { origin, label } = this.#get(id)
    if (id === this.#active || id === this.#next) {
      throw new LatchError('CONFLICT', `“${label}” is the network in use: use another one first.`)
    }
    const owned = [...this.#known.values()].filter((network) => network.origin === 'own')
    if (origin === 'own' && owned.length === 1) {
      throw new LatchError('CONFLICT', `“${label}” is your own and the last of its kind: it is where you can always go back.`)
    }
    this.#store.remove(id)
    this.#known.delete(id)
    this.#feed.publish({ event: 'network-forgotten', id })
  }

  async invited(id: NetworkId, label: string, by: PeerId): Promise<KnownNetwork> {
    const hint: Hint = { peerId: by, addresses: [] }
    const known = this.#known.get(id)
    // Whoever knows it has chosen whether to use it.
    if (known !== undefined) return this.#view(this.#learn(known.genesis, label, 'invitation', [hint]))
    const genesis = await this.#genesisOf(id, by)
    const isNew = !this.#known.has(id)
    this.#learn(genesis, label, 'invitation', [hint])
    return isNew ? this.#activate(id, () => this.#isFree()) : this.#view(id)
  }

  hints(id: NetworkId): readonly Hint[] {
    return this.#known.get(id)?.hints ?? []
  }

  subscribe(listener: (event: NetworksEvent) => void): () => void {
    return this.#feed.subscribe(listener)
  }

  watch(signal?: AbortSignal): AsyncIterable<Watched<KnownNetwork[], NetworksEvent>> {
    return this.#feed.watch(() => this.list(), signal)
  }

  /** The network of one's own at which everybody starts. */
  #begin(): NetworkId {
    const { clock, log } = this.#parts
    const own = [...this.#known.values()].find(({ origin }) => origin === 'own')
    if (this.#known.size > 0) log.warn({}, 'the network that was in use cannot be read; this goes on in one of its own')
    const me = this.#validator()
    const facts = { label: ownLabel(me.label), origin: 'own', hints: [] } as const
    const id = own?.id ?? this.#add(ownGenesis(me, clock.nowMs()), facts).id
    this.#store.setActive(id)
    return id
  }

  #validator(): Validator {
    const { me, name } = this.#parts
    return { key: toHex(me.deviceKey.publicKey.raw), label: name() }
  }

  async #genesisOf(id: NetworkId, by: PeerId): Promise<Genesis> {
    const { clock, fetchGenesis } = this.#parts
    const bytes = await fetchGenesis(by, id)
    if (digestHex(bytes) !== digestOf(id)) {
      throw new LatchError('UNREACHABLE', 'Their device answered with the rules of another network than the invitation names.')
    }
    const genesis = genesisOrNot(bytes)
    const why = typeof genesis === 'string' ? genesis : whyNotFollowed(genesis, clock.nowMs())
    if (typeof genesis === 'string' || why !== null) {
      throw new LatchError('BAD_INPUT', `The network of this invitation cannot be joined: ${why}.`)
    }
    return genesis
  }

  /** Known from now on, if it was not; one that was keeps its label. */
  #learn(genesis: Genesis, label: string, origin: Origin, heard: readonly Hint[]): NetworkId {
    const { me } = this.#parts
    const id = idOf(genesis)
    const before = this.#known.get(id)
    const hints = withHints(before?.hints ?? [], heard.map(({ peerId, addresses }) => ({ peerId, addresses })), me.peerId)
    if (before !== undefined) {
      this.#store.setHints(id, hints)
      this.#known.set(id, { ...before, hints })
      return id
    }
    if (this.#known.size >= MAX_NETWORKS) {
      throw new LatchError('CONFLICT', `This device knows ${MAX_NETWORKS} networks, and no more: forget one first.`)
    }
    return this.#add(genesis, { label, origin, hints }).id
  }

  #add(genesis: Genesis, facts: Pick<Remembered, 'hints' | 'label' | 'origin'>): KnownNetwork {
    const id = idOf(genesis)
    const network = { id, genesis, knownMs: this.#parts.clock.nowMs(), ...facts }
    this.#store.add(network)
    return this.#changed(network)
  }

  /** Whether the active network is one's own and unused: then another may take its place unasked. */
  #isFree(): boolean {
    return this.#get(this.#active).origin === 'own' && this.#parts.isEmptyOfMine(this.#active)
  }

  /** In its turn, and where `may` then says so. */
  #activate(id: NetworkId, may = (): boolean => true): Promise<KnownNetwork> {
    const switched = this.#turn.then(() => (may() ? this.#goTo(id) : this.#view(id)))
    this.#turn = switched.catch(() => {})
    return switched
  }

  /** Written first, so that a process killed on the way starts where it was going; taken back where it cannot go. */
  async #goTo(id: NetworkId): Promise<KnownNetwork> {
    const { genesis, label } = this.#get(id)
    const before = this.#active
    if (id === before) return this.#view(id)
    this.#next = id
    try {
      this.#store.setActive(id)
      await this.#parts.use(genesis, label)
    } catch (error) {
      this.#store.setActive(before)
      throw error
    } finally {
      this.#next = null
    }
    this.#active = id
    this.#feed.publish({ event: 'network-changed', network: this.#view(before) })
    return this.#changed(this.#get(id))
  }

  #get(id: NetworkId): Remembered {
    const network = this.#known.get(id)
    if (network === undefined) throw new LatchError('NOT_FOUND', 'This device knows no network of that id.')
    return network
  }

  #changed(network: Remembered): KnownNetwork {
    this.#known.set(network.id, network)
    const view = this.#view(network.id)
    this.#feed.publish({ event: 'network-changed', network: view })
    return view
  }

  #view(id: NetworkId): KnownNetwork {
    const { database, me } = this.#parts
    const head = storedHead(database, digestOf(id))
    return knownNetwork(this.#get(id), head, { active: id === this.#active, me: me.peerId })
  }
}

/** For others too, who read it in invitations: “your own” would be theirs. */
function ownLabel(name: string): string {
  const label = `Network of ${name}`
  return NetworkLabel.safeParse(label).success ? label : name
}

function idOf(genesis: Genesis): NetworkId {
  return networkIdOf(networkOf(genesis))
}
