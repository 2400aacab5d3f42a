import { readFile } from 'node:fs/promises'
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { base36 } from 'multiformats/bases/base36'
import { CID } from 'multiformats/cid'
import { describe, expect, test } from 'vitest'
import { rosterOf } from '../../../../src/main/features/chat/groups/roster.ts'
import { changeOf } from '../../../../src/main/features/chat/groups/group-rows.ts'
import { cidOf, decode, encode } from '../../../../src/main/platform/cbor.ts'
import { KnownBody } from '../../../../src/main/protocols/chat/bodies.ts'
import { openEntry, rosterIdOf, signEntry, type Entry, type RosterOp } from '../../../../src/main/protocols/chat/index.ts'
import { AccountId, PeerId, type MessageId } from '../../../../src/shared/ids.ts'
import { GOLDEN_ROSTER } from './golden-bytes.ts'

/*
 * The bytes of what is said in the roster of a group, and of one entry of it from end to end. Lines are added to the list of them, and
 * never changed: what a group is follows from them on every device.
 */

const key = (byte: number) => generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(byte))
const account = async (byte: number) => AccountId.parse((await key(byte)).publicKey.toCID().toString(base36))
const [alice, bea] = [await account(1), await account(2)]
const deviceKey = await key(3)
const device = PeerId.parse(peerIdFromPrivateKey(deviceKey).toString())
const seed = new Uint8Array(32).fill(7)
const roster = rosterIdOf(alice, seed)
const id = 'bafyreicixacsk5tif4welsh5hpu2rkqd2nvjzhy5z5ievpl32ecbduivhm' as MessageId
const seen = [{ device, seq: 7 }]
const devices = new Uint8Array([1, 2, 3])

const ops: Record<string, RosterOp> = {
  create: { op: 'create', seed, title: 'Hiking ✓', picture: null, history: 'from-joining', devices },
  'create, with a picture': { op: 'create', seed, title: 'Hiking', picture: new Uint8Array([9, 8]), history: 'all', devices: null },
  add: { op: 'add', account: bea, undoes: [id], base: [{ account: bea, device, seq: 4, id, clock: 12 }] },
  join: { op: 'join', added: id, devices },
  devices: { op: 'devices', devices },
  remove: { op: 'remove', account: bea, talk: seen, roster: seen, messagesToo: true },
  leave: { op: 'leave', talk: seen, roster: [] },
  promote: { op: 'promote', account: bea, undoes: [id] },
  demote: { op: 'demote', account: bea, talk: seen, roster: seen },
  'hand-on': { op: 'hand-on', account: bea, roster: seen },
  'set, a title': { op: 'set', title: 'Walking' },
  'set, no picture': { op: 'set', picture: null },
  'set, the rest': { op: 'set', history: 'all', whoAdds: 'members' },
}

const bodyOf = (name: string): KnownBody => ({ kind: 'roster', change: ops[name] as RosterOp })
const first: Entry = { v: 1, conversation: roster, account: alice, device, seq: 1, prev: null, sentAtMs: 1_767_225_600_000, clock: 1, body: bodyOf('create') }
const second: Entry = { ...first, seq: 2, prev: CID.parse(cidOf(encode(first))), sentAtMs: 1_767_225_660_000, clock: 2, body: bodyOf('add') }

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytesOf = (name: string): Uint8Array => Buffer.from(GOLDEN_ROSTER[name] ?? '', 'hex')

describe('golden bytes', () => {
  test.each(Object.keys(ops))('of a change of a group: %s', (name) => {
    expect(hex(encode(bodyOf(name)))).toBe(GOLDEN_ROSTER[name])
    expect(decode(bytesOf(name), KnownBody, 1_000)).toEqual(bodyOf(name))
  })

  test.each(['entry that makes a group', 'entry that adds somebody'])('of an %s, signed', async (name) => {
    const entry = name === 'entry that makes a group' ? first : second
    const signed = await signEntry(entry, deviceKey)
    expect(hex(signed.envelope)).toBe(GOLDEN_ROSTER[name])
    expect((await openEntry(bytesOf(name))).entry).toEqual(entry)
  })

  test('come to the group that they say', async () => {
    const entries = await Promise.all(['entry that makes a group', 'entry that adds somebody'].map((name) => openEntry(bytesOf(name))))
    const group = rosterOf(roster, entries.flatMap((signed, n) => changeOf(n, signed) ?? []))
    expect(group).toMatchObject({ title: 'Hiking ✓', history: 'from-joining', owner: alice })
    expect([group?.isIn(alice), group?.isInvited(bea)]).toEqual([true, true])
  })

  test('stand in what is written about the protocol', async () => {
    const written = await readFile('docs/wire/chat.md', 'utf8')
    const entry = GOLDEN_ROSTER['entry that makes a group'] ?? 'none'
    expect(written.replaceAll(/\s/g, '')).toContain(entry)
    expect(written).toContain(roster)
    for (const name of Object.keys(ops)) expect(written).toContain(`| \`${name.split(',')[0]}\` |`)
  })
})
