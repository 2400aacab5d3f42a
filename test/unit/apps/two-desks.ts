import { randomBytes } from 'node:crypto'
import { createApps, type AppsFeature, type Answer, type Ask, type IncomingRequest } from '../../../src/main/features/apps/index.ts'
import { systemClock, type Clock } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { Admission } from '../../../src/main/platform/streams.ts'
import { AccountId, type PeerId } from '../../../src/shared/ids.ts'
import { AppId, Method, type Cancellation, type ExchangeId } from '../../../src/shared/model/apps.ts'
import type { About, SentKnock } from '../../../src/shared/model/door.ts'
import { MINUTE } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { twoNodes, type TestNode, type TwoNodes } from '../../helpers/two-nodes.ts'

export const notes = AppId.parse('notes')
export const method = Method.parse('stick')

/** One side: a real node, its programs, and a door that says what the test says. */
export interface Desk {
  readonly account: AccountId
  readonly node: TestNode
  readonly apps: AppsFeature
  readonly database: Database
  /** What its door says; everything is let in until told otherwise. */
  door: (capability: string, about: About) => Admission | Promise<Admission>
  /** How knocks of its own end. */
  knocks: (capability: string, about: About, signal: AbortSignal) => Promise<Pick<SentKnock, 'state' | 'why'>>
  /** Whether peers have proven an account to it. */
  hasProof: boolean
}

export interface TwoDesks {
  readonly nodes: TwoNodes
  readonly ada: Desk
  readonly bea: Desk
  close(): Promise<void>
}

const allowed: Admission = { verdict: 'allow', why: 'a test' }

export async function twoDesks(clock: Clock = systemClock): Promise<TwoDesks> {
  const nodes = await twoNodes({ clock })
  const accounts = new Map<PeerId, AccountId>([
    [nodes.a.peerId, AccountId.parse(`k51${'a'.repeat(59)}`)],
    [nodes.b.peerId, AccountId.parse(`k51${'b'.repeat(59)}`)],
  ])
  const ada = desk(nodes.a, accounts, clock)
  const bea = desk(nodes.b, accounts, clock)
  await ada.apps.start()
  await bea.apps.start()
  return {
    nodes,
    ada,
    bea,
    async close() {
      await ada.apps.stop()
      await bea.apps.stop()
      await nodes.close()
    },
  }
}

function desk(node: TestNode, accounts: ReadonlyMap<PeerId, AccountId>, clock: Clock): Desk {
  const database = openMemoryDatabase()
  const account = accounts.get(node.peerId)
  if (account === undefined) throw new Error('nobody')
  const made: Desk = {
    account,
    node,
    database,
    door: () => allowed,
    knocks: async () => ({ state: 'denied', why: '' }),
    hasProof: true,
    apps: createApps({
      streams: node.streams,
      database,
      clock,
      log: silentLog,
      random: (bytes) => new Uint8Array(randomBytes(bytes)),
      offence: (peerId, why, points) => void (node.offences as unknown[]).push({ peerId, why, points }),
      admits: async (capability, _peer, about) => made.door(capability, about),
      knock: (_peerId, capability, about, signal) => made.knocks(capability, about, signal),
      connect: async (to) =>
        'peerId' in to ? [to.peerId] : [...accounts].filter(([, one]) => one === to.account).map(([peerId]) => peerId),
      proofs: {
        of: (peerId) => proofOf(peerId),
        prove: async (peerId) => proofOf(peerId),
      },
      petnameOf: () => 'Friend',
      people: () => [],
    }),
  }
  const proofOf = (peerId: PeerId): { account: AccountId; claimedName: string } | null => {
    const proven = accounts.get(peerId)
    return proven === undefined || !made.hasProof ? null : { account: proven, claimedName: 'somebody' }
  }
  return made
}

export const json = (value: unknown) => ({ as: 'json', bytes: Buffer.from(JSON.stringify(value)) }) as const
export const valueOf = ({ content }: Pick<Answer | IncomingRequest, 'content'>): unknown =>
  content?.as === 'json' ? JSON.parse(Buffer.from(content.bytes).toString()) : content?.bytes

export const asking = (to: Desk, over: Partial<Ask> = {}): Ask => ({
  to: { account: to.account },
  method,
  sending: { content: undefined },
  deadlineMs: MINUTE,
  knock: true,
  ...over,
})

/** A program that listens: what it was asked, and what was taken back. */
export class Listening {
  readonly requests: IncomingRequest[] = []
  readonly cancelled: { id: ExchangeId; why: Cancellation }[] = []
  /** How its listening ended. */
  readonly ended: Promise<unknown>
  readonly #stop = new AbortController()
  isConnected = false

  constructor(apps: AppsFeature, app: AppId, onRequest: (request: IncomingRequest) => void = () => {}) {
    this.ended = this.#listen(apps, app, onRequest).catch((error: unknown) => error)
  }

  leave(): void {
    this.#stop.abort()
  }

  next(): Promise<IncomingRequest> {
    return eventually('a request', () => this.requests.at(-1))
  }

  async #listen(apps: AppsFeature, app: AppId, onRequest: (request: IncomingRequest) => void): Promise<undefined> {
    for await (const item of apps.serve(app, this.#stop.signal)) {
      this.isConnected = true
      if (item.kind === 'snapshot') continue
      if (item.event.event === 'cancelled') this.cancelled.push(item.event)
      else {
        this.requests.push(item.event.request)
        onRequest(item.event.request)
      }
    }
  }
}

/** A program that answers everything with what it was asked. */
export function echo(desk: Desk, app: AppId): Listening {
  return new Listening(desk.apps, app, ({ id, content }) => {
    desk.apps.reply(app, id, 'ok', { content }).catch(() => {})
  })
}
