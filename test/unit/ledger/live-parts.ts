import { randomBytes } from 'node:crypto'
import { createSignedStore } from '../../../src/main/features/consensus/index.ts'
import { accountOf, type Hex } from '../../../src/main/features/ledger/bytes.ts'
import { createLedger, type LedgerParts } from '../../../src/main/features/ledger/feature.ts'
import { type Genesis, ownGenesis, slotStartMs } from '../../../src/main/features/ledger/genesis.ts'
import { peerIdOf } from '../../../src/main/features/ledger/live/people.ts'
import { createSync } from '../../../src/main/features/ledger/sync/sync.ts'
import type { Agreement, LedgerEvent, LedgerFeature, Running, Sync } from '../../../src/main/features/ledger/types.ts'
import { createAgreement } from '../../../src/main/node/agreement.ts'
import type { Clock } from '../../../src/main/platform/clock.ts'
import { type Database, openMemoryDatabase } from '../../../src/main/platform/database.ts'
import type { Gossip, GossipVerdict, TopicTerms } from '../../../src/main/platform/gossip.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { PeerStreams } from '../../../src/main/platform/streams.ts'
import { verifierOfThisThread } from '../../../src/main/platform/verify-pool.ts'
import { createConsensusProtocol } from '../../../src/main/protocols/consensus/index.ts'
import { createLedgerProtocol } from '../../../src/main/protocols/ledger/index.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import type { PeerId } from '../../../src/shared/ids.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { freeRules, person, type Person, START_MS } from './town.ts'

/** A network of one's own that costs no work. */
export function ownNetwork(who: Person, change: Partial<Genesis> = {}): Genesis {
  return { ...ownGenesis({ key: who.account, label: who.name }, START_MS), rules: freeRules(), ...change }
}

/** Counts what waits on a clock, by whoever was given this one. */
export class CountedClock implements Clock {
  readonly #clock: Clock
  readonly #waiting = new Set<object>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get timers(): number {
    return this.#waiting.size
  }

  nowMs(): number {
    return this.#clock.nowMs()
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs()
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = {}
    this.#waiting.add(timer)
    const cancel = this.#clock.after(delayMs, () => {
      this.#waiting.delete(timer)
      run()
    })
    return () => {
      this.#waiting.delete(timer)
      cancel()
    }
  }
}

/** Nobody is around. */
const nobody: PeerStreams = {
  serve: async () => {},
  open: async () => {
    throw new LatchError('UNREACHABLE')
  },
}

/**
 * What this device would broadcast, and a way to hand it what others did. Gossip itself runs in test/integration/ledger: here
 * it would need neighbours.
 */
export class Topics implements Gossip {
  readonly sent: { readonly topic: string; readonly data: Uint8Array }[] = []
  readonly #terms = new Map<string, TopicTerms>()
  #ids = 0

  enter: Gossip['enter'] = (name, terms) => {
    if (this.#terms.has(name)) throw new Error(`entered twice: ${name}`)
    this.#terms.set(name, terms)
    return {
      name,
      publish: async (data) => {
        this.sent.push({ topic: name, data })
        return { outcome: 'sent', id: String(this.#ids++), peers: 1 }
      },
      peers: () => [],
      leave: () => this.#terms.delete(name),
    }
  }

  onPeers: Gossip['onPeers'] = () => () => {}

  get entered(): string[] {
    return [...this.#terms.keys()]
  }

  async hand(kind: 'blocks' | 'entries', data: Uint8Array, from: PeerId): Promise<GossipVerdict> {
    const [topic, terms] = [...this.#terms].find(([name]) => name.endsWith(`/${kind}`)) ?? []
    if (topic === undefined || terms === undefined) throw new Error(`not in ${kind}`)
    return terms.judge({ topic, id: String(this.#ids++), data, author: from, from, receivedMs: 0 })
  }
}

export interface Home {
  readonly ledger: LedgerFeature
  readonly clock: FakeClock
  readonly database: Database
  readonly events: LedgerEvent[]
  readonly agreement: Agreement
  readonly topics: Topics
  readonly running: () => Running
  readonly sync: () => Sync
  /** Timers of the ledger itself, without those of consensus and sync. */
  readonly timers: () => number
  readonly eventsOf: <Kind extends LedgerEvent['event']>(kind: Kind) => (LedgerEvent & { event: Kind })[]
  /** To just before the next slot, and so often. */
  readonly slots: (count: number) => Promise<void>
  readonly stop: () => Promise<void>
}

export interface HomeOptions {
  readonly who?: Person
  readonly genesis?: Genesis
  readonly database?: Database
  readonly clock?: FakeClock
  readonly parts?: Partial<LedgerParts>
  /** What happens in consensus that no test can make happen alone. */
  readonly agreement?: (real: Agreement) => Agreement
}

/** A whole ledger with nobody around: real consensus, real chain, on a clock that the test moves. */
export async function home(options: HomeOptions = {}): Promise<Home> {
  const { who = person('leader'), database = openMemoryDatabase(), parts = {} } = options
  const { genesis = ownNetwork(who), clock = new FakeClock(START_MS - 5_500) } = options
  const streams = nobody
  const offence = (): void => {}
  const protocol = createConsensusProtocol({ streams, clock, offence })
  const store = createSignedStore(database)
  const agreement = await createAgreement({ protocol, clock, log: silentLog, store, offence, key: who.key })
  const exchange = createLedgerProtocol({ streams, clock, offence })
  const counted = new CountedClock(clock)
  const topics = new Topics()
  let open: { running: Running; sync: Sync } | null = null
  const ledger = createLedger({
    database,
    clock: counted,
    log: silentLog,
    random: (bytes) => new Uint8Array(randomBytes(bytes)),
    me: { account: accountOf(who.account), peerId: peerIdOf(who.account), accountKey: who.key, deviceKey: who.key },
    agreement: options.agreement?.(agreement) ?? agreement,
    gossip: topics,
    openSync(running, lied, passOn) {
      const decidesAlone = (): boolean => isOnly(who.account, running)
      const verifier = verifierOfThisThread
      const common = { running, lied, passOn, clock, verifier, decidesAlone }
      const sync = createSync({ ...common, protocol: exchange, log: silentLog, random: () => 0.5 })
      open = { running, sync }
      return sync
    },
    verifier: verifierOfThisThread,
    offence,
    dial: async () => {
      throw new LatchError('UNREACHABLE')
    },
    connectedPeers: () => [],
    hints: () => [],
    active: () => ({ genesis, label: 'home' }),
    ...parts,
  })
  const events: LedgerEvent[] = []
  ledger.subscribe((event) => events.push(event))
  await ledger.start()
  const opened = () => {
    if (open === null) throw new Error('nothing is open')
    return open
  }
  return {
    ledger,
    clock,
    database,
    events,
    agreement,
    topics,
    running: () => opened().running,
    sync: () => opened().sync,
    timers: () => counted.timers,
    eventsOf: (kind) => events.filter((event): event is LedgerEvent & { event: typeof kind } => event.event === kind),
    slots: async (count) => {
      const { slotMs, roundMs } = genesis
      const done = Math.floor((clock.nowMs() + roundMs / 2 - genesis.startMs) / slotMs)
      await clock.advance(slotStartMs(genesis, done + count) - roundMs / 2 - clock.nowMs())
    },
    stop: async () => {
      await ledger.stop()
      agreement.close()
    },
  }
}

function isOnly(key: Hex, running: Running): boolean {
  return running.chain.state.roster.validators.every((one) => one.key === key)
}
