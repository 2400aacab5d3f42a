import { createHash } from 'node:crypto'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { distanceOf, placeOfPeer, placeOfZone, type ZoneKey } from '../../../src/main/features/names/near.ts'
import { ZONE } from '../../../src/main/features/names/zone.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { seal } from '../../../src/main/platform/envelope.ts'
import type { FrameStream } from '../../../src/main/platform/streams.ts'
import { decodeRequest, encodeReply, type Reply, type Request } from '../../../src/main/protocols/names/messages.ts'
import { NAMES_TERMS } from '../../../src/main/protocols/names/index.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import type { NameLabel } from '../../../src/shared/model/ledger.ts'
import { DAY } from '../../../src/shared/units.ts'
import type { TestNode } from '../../helpers/two-nodes.ts'
import { keyOf, OTHER_NETWORK, type Person, zoneOf } from './crowd.ts'

/** What a liar answers to a `get`. To a `put` all of them say that they hold it. */
export const LIES = [
  'forged',
  'stale',
  'expired',
  'oversized',
  'foreign',
  'other-name',
  'former-owner',
  'nonsense',
  'huge-frame',
  'other-key',
  'silence',
  'nothing',
  'flood',
] as const
export type Lie = (typeof LIES)[number]

/** An honest device gives none of these: whoever does pays for it at once. */
export const PAID: ReadonlySet<Lie> = new Set(['forged', 'oversized', 'foreign', 'other-name', 'nonsense', 'huge-frame', 'other-key'])

/** What can be said of one name that is not so. */
export interface Lies {
  readonly forged: Uint8Array
  readonly stale: Uint8Array
  readonly expired: Uint8Array
  readonly foreign: Uint8Array
  readonly 'other-name': Uint8Array
  readonly 'former-owner': Uint8Array
}

export async function liesOf(name: NameLabel, owner: Person, mallory: Person, seqs: { old: number; high: number }): Promise<Lies> {
  const nowMs = Date.now()
  const high = await zoneOf(owner, name, seqs.high)
  const over = { issuedAtMs: nowMs - 9 * DAY, expiresAtMs: nowMs - DAY }
  const other = `${name}x` as NameLabel
  return {
    forged: await seal(ZONE, encode({ v: 1, ...high.zone }), mallory.key),
    stale: (await zoneOf(owner, name, seqs.old)).bytes,
    expired: (await zoneOf(owner, name, seqs.high, over)).bytes,
    foreign: (await zoneOf(owner, name, seqs.high, { network: OTHER_NETWORK })).bytes,
    'other-name': (await zoneOf(owner, other, seqs.high)).bytes,
    'former-owner': (await zoneOf(mallory, name, seqs.high)).bytes,
  }
}

export interface LiarParts {
  readonly lie: Lie
  readonly lies: (key: ZoneKey) => Lies | null
  /** Whom it names, where it is asked for others. */
  readonly closer: (key: ZoneKey) => readonly { readonly peerId: PeerId; readonly addresses: readonly string[] }[]
  /** Each time that somebody asked. */
  readonly asked?: (by: PeerId, key: ZoneKey) => void
}

/** Serves the protocol as it likes. */
export async function lying(node: TestNode, parts: LiarParts): Promise<void> {
  const terms = { ...NAMES_TERMS, maxInboundStreams: 64, maxFrameBytes: 1 << 20 }
  await node.streams.serve(terms, async (stream) => {
    for (let frame = await stream.read(); frame !== null; frame = await stream.read()) {
      await answer(stream, decodeRequest(frame), parts)
    }
  })
}

async function answer(stream: FrameStream, request: Request, parts: LiarParts): Promise<void> {
  const { id } = request
  const say = (reply: Reply): Promise<void> => stream.write(encodeReply(reply))
  if (request.kind === 'put') return say({ id, status: 'held' })
  if (request.kind !== 'get') return
  const { key } = request
  parts.asked?.(stream.peer.peerId, key)
  const { lie, lies, closer } = parts
  const known = lies(key)
  if (known === null) return say({ id, status: 'none', closer: [...closer(key)].map(({ peerId, addresses }) => ({ peerId, addresses: [...addresses] })) })
  switch (lie) {
    case 'forged':
    case 'stale':
    case 'expired':
    case 'foreign':
    case 'other-name':
    case 'former-owner':
      return say({ id, status: 'zone', key, zone: known[lie] })
    case 'oversized':
      return stream.write(encode({ id, status: 'zone', key: Buffer.from(key, 'hex'), zone: new Uint8Array(11 * 1_024) }))
    case 'huge-frame':
      return stream.write(encode({ id, status: 'zone', key: Buffer.from(key, 'hex'), zone: new Uint8Array(256 * 1_024) }))
    case 'nonsense':
      return stream.write(createHash('sha512').update(key).digest())
    case 'other-key':
      return say({ id, status: 'zone', key: 'ab'.repeat(32), zone: known.stale })
    case 'silence':
      return
    case 'nothing':
      return say({ id, status: 'none', closer: [] })
    case 'flood':
      return say({ id, status: 'none', closer: [...closer(key)].map(({ peerId, addresses }) => ({ peerId, addresses: [...addresses] })) })
  }
}

/** Seeds of keys whose devices lie nearest to a name, of so many that were tried. */
export async function ground(key: ZoneKey, tries: number, count: number, tag: string) {
  const place = placeOfZone(key)
  const made = []
  for (let number = 0; number < tries; number++) {
    const deviceKey = await keyOf(`${tag} ${number}`)
    const peerId = PeerId.parse(peerIdFromPrivateKey(deviceKey).toString())
    made.push({ deviceKey, peerId, distance: distanceOf(place, placeOfPeer(peerId)) })
  }
  return made.toSorted((a, b) => Buffer.compare(a.distance, b.distance)).slice(0, count)
}
