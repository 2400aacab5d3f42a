import { createHash } from 'node:crypto'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { base36 } from 'multiformats/bases/base36'
import { checkName } from '../../../src/main/features/ledger/index.ts'
import { ResourceMap } from '../../../src/main/features/names/cache.ts'
import type { Answer, KnownPeer, ResolverParts } from '../../../src/main/features/names/resolver-types.ts'
import { signZone, ZONE, type SignedZone } from '../../../src/main/features/names/zone.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { delay } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { seal } from '../../../src/main/platform/envelope.ts'
import { AccountId, PeerId } from '../../../src/shared/ids.ts'
import { BlockId, NameLabel, type NameOnLedger, NetworkId } from '../../../src/shared/model/ledger.ts'
import { Zone, type ZoneRecord } from '../../../src/shared/model/names.ts'
import { DAY, HOUR, MINUTE } from '../../../src/shared/units.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

export const START_MS = Date.UTC(2026, 0, 1)
export const NETWORK = NetworkId.parse(`bafyrei${'a'.repeat(52)}`)
export const OTHER_NETWORK = NetworkId.parse(`bafyrei${'b'.repeat(51)}a`)
const BLOCK = BlockId.parse(`bafyrei${'c'.repeat(51)}a`)

export interface Person {
  readonly key: PrivateKey
  readonly account: AccountId
}

async function keyOf(text: string): Promise<PrivateKey> {
  return generateKeyPairFromSeed('Ed25519', createHash('sha256').update(`names ${text}`).digest())
}

async function person(name: string): Promise<Person> {
  const key = await keyOf(name)
  return { key, account: AccountId.parse(key.publicKey.toCID().toString(base36)) }
}

export const [alice, bob, carol, mallory, me] = await Promise.all(
  (['alice', 'bob', 'carol', 'mallory', 'me'] as const).map(person),
) as [Person, Person, Person, Person, Person]

/** Peer ids that are the same in every run. */
export const peerIds = await Promise.all(
  Array.from({ length: 40 }, async (_, at) => PeerId.parse(peerIdFromPrivateKey(await keyOf(`peer ${at}`)).toString())),
)

export function peer(at: number): PeerId {
  const one = peerIds[at]
  if (one === undefined) throw new RangeError(`there is no peer ${at}`)
  return one
}

export const label = (text: string): NameLabel => NameLabel.parse(text)

export function zoneOf(owner: Person, name: string, seq: number, change: Partial<Zone> = {}): Zone {
  const text: ZoneRecord[] = [{ label: '@' as ZoneRecord['label'], kind: 'text', text: `zone ${seq} of ${name}` }]
  return Zone.parse({
    network: NETWORK,
    name,
    owner: owner.account,
    seq,
    issuedAtMs: START_MS - HOUR,
    expiresAtMs: START_MS + 7 * DAY,
    ttlMs: 5 * MINUTE,
    records: text,
    ...change,
  })
}

export async function signed(owner: Person, name: string, seq: number, change: Partial<Zone> = {}): Promise<SignedZone> {
  const built = await signZone(zoneOf(owner, name, seq, change), owner.key)
  if (built.outcome !== 'signed') throw new Error(built.why)
  return built.signed
}

/** A zone that says it is `owner`'s, and is signed by another. */
export async function forged(owner: Person, name: string, seq: number): Promise<Uint8Array> {
  return seal(ZONE, encode({ v: 1, ...zoneOf(owner, name, seq) }), mallory.key)
}

export function record(fields: { readonly label: string; readonly [field: string]: unknown }): ZoneRecord {
  return fields as unknown as ZoneRecord
}

export function onLedger(name: string, owner: Person, change: Partial<NameOnLedger> = {}): NameOnLedger {
  const times = { sinceMs: START_MS - 30 * DAY, registeredMs: START_MS - 30 * DAY, expiresMs: START_MS + 335 * DAY }
  return { name: label(name), owner: owner.account, ...times, phase: 'living', offeredTo: null, ...change }
}

/** What a peer does when it is asked. */
export interface Behaviour {
  readonly role?: KnownPeer['role']
  readonly connected?: boolean
  /** When its answer is there; null: never. */
  readonly afterMs: number | null
  readonly says?: Answer | Error
}

export interface World {
  readonly clock: FakeClock
  readonly parts: ResolverParts
  readonly names: Map<string, NameOnLedger>
  readonly own: Map<string, SignedZone>
  readonly contacts: Set<AccountId>
  readonly peers: Map<PeerId, Behaviour>
  readonly cache: ResourceMap
  readonly points: Map<PeerId, number>
  readonly asks: PeerId[]
  /** When each was asked, on the clock that only grows. */
  readonly askedMs: Map<PeerId, number>
  /** How far the ledger is behind; null: not at all. */
  behind: { blocksLeft: number | null } | null
  headMs: number
}

export function world(far?: ResolverParts['sources']['far']): World {
  const clock = new FakeClock(START_MS)
  const cache = new ResourceMap({ database: openMemoryDatabase(), clock, network: NETWORK, tld: 'peer' })
  const state = {
    clock,
    cache,
    names: new Map([['alice', onLedger('alice', alice)]]),
    own: new Map<string, SignedZone>(),
    contacts: new Set<AccountId>(),
    peers: new Map<PeerId, Behaviour>(),
    points: new Map<PeerId, number>(),
    asks: [] as PeerId[],
    askedMs: new Map<PeerId, number>(),
    behind: null as World['behind'],
    headMs: START_MS - HOUR,
  }
  const parts: ResolverParts = {
    network: NETWORK,
    rules: { tld: 'peer', checkName },
    clock,
    me: me.account,
    isContact: (account) => state.contacts.has(account),
    own: (name) => state.own.get(name) ?? null,
    cache,
    lied: (peerId, _why, points) => void state.points.set(peerId, (state.points.get(peerId) ?? 0) + points),
    ledger: {
      head: () => ({ block: BLOCK, height: 12, atMs: state.headMs }),
      behind: () => state.behind,
      name: (name) => state.names.get(name) ?? null,
      namesOf: (account) => [...state.names.values()].filter(({ owner }) => owner === account),
    },
    sources: {
      known: () =>
        [...state.peers].flatMap(([peerId, { role, connected = true }]): KnownPeer[] =>
          role === undefined && !connected ? [] : [{ peerId, role: role ?? 'near', connected, addresses: [] }],
        ),
      async ask({ peerId }) {
        state.asks.push(peerId)
        state.askedMs.set(peerId, clock.monotonicMs())
        const { afterMs = null, says } = state.peers.get(peerId) ?? {}
        // It does not heed the signal, as a liar would not.
        if (afterMs === null) return new Promise(() => {})
        if (afterMs > 0) await delay(clock, afterMs)
        if (says instanceof Error) throw says
        return says ?? { answer: 'nothing', closer: [] }
      },
      ...(far === undefined ? {} : { far }),
    },
  }
  return Object.assign(state, { parts })
}

/** What `promise` gives, while the clock goes on as long as it takes, and ten seconds at most. */
export async function running<T>(clock: FakeClock, promise: Promise<T>): Promise<T> {
  const settled = promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  await clock.advance(0)
  await clock.advance(10_000)
  const outcome = await settled
  if ('error' in outcome) throw outcome.error
  return outcome.value
}
