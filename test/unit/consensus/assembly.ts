import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import {
  createConsensus,
  createSign,
  createSignedStore,
  createVerify,
  sessionOf,
  valueOf,
  type ConsensusEngine,
  type ConsensusEvent,
  type Outcome,
  type SessionFacts,
  type Slot,
} from '../../../src/main/features/consensus/index.ts'
import { signedBytes, type Saying } from '../../../src/main/features/consensus/session.ts'
import type { Clock } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { FrameStream, PeerStreams, RemotePeer } from '../../../src/main/platform/streams.ts'
import {
  createConsensusProtocol,
  type ConsensusChannel,
  type ConsensusProtocol,
  type Message,
  type Vote,
} from '../../../src/main/protocols/consensus/index.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { streamPair } from '../knock/wire.ts'
import { NETWORK, PARENT } from './stand-in.ts'

/** Δ, and how long a message takes on every link unless a test says otherwise. */
export const ROUND_MS = 1_000
export const LINK_MS = 20

export interface Member {
  readonly by: number
  readonly key: PrivateKey
  readonly peerId: PeerId
  readonly database: Database
  readonly events: ConsensusEvent[]
  readonly charges: { readonly of: PeerId; readonly why: string; readonly points: number }[]
  /** Null for a false one, which has only the protocol, and for one that has crashed. */
  engine: ConsensusEngine | null
  protocol: ConsensusProtocol
  isDown: boolean
}

type Handler = (stream: FrameStream) => Promise<void>

/**
 * Engines with real keys, the real protocol and real stores, over streams whose frames take the time a link takes on
 * one clock. False members speak the protocol by hand.
 */
export class Assembly {
  readonly clock = new FakeClock()
  readonly members: Member[] = []
  readonly #handlers = new Map<PeerId, Handler>()
  readonly #open = new Set<{ readonly stream: FrameStream; readonly ends: readonly (PeerId | undefined)[] }>()
  readonly verify = createVerify()
  /** How far each member's wall clock is ahead of the true time. */
  readonly skewsMs = new Map<number, number>()
  linkMs = (_from: number, _to: number): number => LINK_MS

  static async of(validators: number, falseOnes: readonly number[] = [], outsiders = 0): Promise<Assembly> {
    const assembly = new Assembly()
    for (let by = 0; by < validators + outsiders; by++) await assembly.#join(by, falseOnes.includes(by))
    assembly.#validators = validators
    // A round before any slot, so that all of them vote.
    await assembly.clock.advance(2 * ROUND_MS)
    return assembly
  }
  #validators = 0

  async #join(by: number, isFalse: boolean): Promise<void> {
    const key = await generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(by + 1))
    const peerId = PeerId.parse(peerIdFromPrivateKey(key).toString())
    const member: Member = {
      by,
      key,
      peerId,
      database: openMemoryDatabase(),
      events: [],
      charges: [],
      engine: null,
      protocol: this.#protocolOf(by, peerId),
      isDown: false,
    }
    this.members.push(member)
    if (isFalse) await member.protocol.serve(() => null)
    else await this.boot(member)
  }

  /** A new engine on what the member's database holds: at the start, and after a crash. */
  async boot(member: Member): Promise<void> {
    member.isDown = false
    const { skewsMs } = this
    const clock: Clock = {
      nowMs: () => this.clock.nowMs() + (skewsMs.get(member.by) ?? 0),
      monotonicMs: () => this.clock.monotonicMs(),
      after: (delayMs, run) => this.clock.after(delayMs, run),
    }
    member.protocol = this.#protocolOf(member.by, member.peerId, member)
    member.engine = await createConsensus({
      protocol: member.protocol,
      clock,
      log: silentLog,
      store: createSignedStore(member.database),
      offence: (of, why, points) => member.charges.push({ of, why, points }),
      key: member.key,
      verify: this.verify,
      valueOf,
    })
    member.engine.subscribe((event) => member.events.push(event))
  }

  /** As by kill -9: nothing more goes out or in. The database stays. */
  crash(member: Member): void {
    member.isDown = true
    for (const { stream, ends } of this.#open) if (ends.includes(member.peerId)) stream.abort(new Error('gone'))
    member.engine?.close()
    member.engine = null
  }

  facts(leader: number, change: Partial<SessionFacts> = {}): SessionFacts {
    const validators = this.members.slice(0, this.#validators).map(({ key }) => key.publicKey.raw)
    return { network: NETWORK, validators, leader, slot: 7, parent: PARENT, ...change }
  }

  /** A slot that begins half a round from now. */
  slot(leader: number, faults: number, change: Partial<Slot> = {}): Slot {
    return {
      facts: this.facts(leader),
      faults,
      roundMs: ROUND_MS,
      startMs: this.clock.nowMs() + ROUND_MS / 2,
      peers: this.members.slice(0, this.#validators).map(({ peerId }) => peerId),
      judge: () => ({ verdict: 'valid' }),
      ...change,
    }
  }

  get engines(): Member[] {
    return this.members.filter(({ engine }) => engine !== null)
  }

  observe(slot: Slot): void {
    for (const { engine } of this.engines) engine?.observe(slot)
  }

  /** To the end of the last round and of what it sends, from before the slot. */
  async play({ faults, startMs }: Slot): Promise<void> {
    await this.clock.advance(startMs - this.clock.nowMs() + (faults + 1) * ROUND_MS + ROUND_MS / 2)
  }

  outcomes(): (Outcome | undefined)[] {
    return this.engines.map(({ events }) => events.find((event) => event.event === 'decided')?.outcome)
  }

  /** The blocks decided, as text; the CID's hex where the block did not come; `nothing`; null where there is no word of it. */
  decided(): (string | null)[] {
    return this.outcomes().map((outcome) => {
      if (outcome === undefined) return null
      if (outcome.decision === 'nothing') return 'nothing'
      const { payload, value } = outcome
      return payload === null ? Buffer.from(value).toString('hex') : Buffer.from(payload).toString()
    })
  }

  eventsOf<Kind extends ConsensusEvent['event']>(member: Member | undefined, kind: Kind) {
    return (member?.events ?? []).filter((event): event is ConsensusEvent & { event: Kind } => event.event === kind)
  }

  charges(): { readonly of: number; readonly why: string; readonly points: number }[] {
    const by = new Map(this.members.map((member) => [member.peerId, member.by]))
    return this.members.flatMap(({ charges }) => charges.map(({ of, ...rest }) => ({ of: by.get(of) ?? -1, ...rest })))
  }

  /** What a false member signs. */
  sign(by: number, saying: Saying, slot: Slot, block: string): Uint8Array {
    const { id } = sessionOf(slot.facts, slot.faults)
    const key = this.members[by]?.key
    if (key === undefined) throw new Error(`no member ${by}`)
    return createSign(key)(signedBytes(saying, id, valueOf(Buffer.from(block))))
  }

  value(slot: Slot, block: string, signers: readonly number[], change: Partial<Message> = {}): Message {
    const payload = new Uint8Array(Buffer.from(block))
    const signatures = signers.map((by): Vote => ({ by, place: 1, signature: this.sign(by, 'first', slot, block) }))
    const session = sessionOf(slot.facts, slot.faults).id
    return { kind: 'value', session, value: valueOf(payload), signatures, payload, ...change } as Message
  }

  /** Says it to these, now, and gives it the time of the link. */
  async say(from: number, to: readonly number[], message: Message, settleMs = LINK_MS): Promise<void> {
    for (const by of to) {
      const channel = await this.#channel(from, by)
      channel.send({ sentMs: 0, message })
    }
    await this.clock.advance(settleMs)
  }

  readonly #channels = new Map<string, ConsensusChannel>()
  async #channel(from: number, to: number): Promise<ConsensusChannel> {
    const [speaker, hearer] = [this.members[from], this.members[to]]
    if (speaker === undefined || hearer === undefined) throw new Error('no such member')
    const name = `${from} ${to}`
    const channel = this.#channels.get(name) ?? (await speaker.protocol.open(hearer.peerId, () => {}))
    this.#channels.set(name, channel)
    return channel
  }

  #protocolOf(by: number, peerId: PeerId, member?: Member): ConsensusProtocol {
    const streams: PeerStreams = {
      serve: async (_terms, handler) => {
        this.#handlers.set(peerId, handler)
      },
      open: async (to, terms) => {
        const other = this.members.find((one) => one.peerId === to)
        const { a, b } = streamPair(terms.protocol, this.#seen(to), this.#seen(peerId))
        const handler = this.#handlers.get(to)
        const slow = this.#delayed(a, by, other, member)
        if (handler !== undefined) handler(b).catch((error: Error) => b.abort(error))
        this.#open.add({ stream: b, ends: [peerId, to] })
        return slow
      },
    }
    const offence = (of: PeerId, why: string, points: number) => member?.charges.push({ of, why, points })
    return createConsensusProtocol({ streams, clock: this.clock, offence })
  }

  /** The same stream, whose frames arrive when the link's time is over; none to or from what is down. */
  #delayed(stream: FrameStream, from: number, to: Member | undefined, sender: Member | undefined): FrameStream {
    const write = stream.write.bind(stream)
    stream.write = async (frame) => {
      const isGone = (): boolean => sender?.isDown === true || to?.isDown === true
      if (isGone()) return
      this.clock.after(this.linkMs(from, to?.by ?? -1), () => {
        if (to?.isDown !== true) void write(frame)
      })
    }
    return stream
  }

  #seen(peerId: PeerId): RemotePeer {
    const rest = { route: 'local', transport: 'memory', address: '/memory/x', direction: 'inbound' } as const
    return { peerId, connection: 'one', circuit: null, ...rest }
  }
}
