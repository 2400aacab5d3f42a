import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { base36 } from 'multiformats/bases/base36'
import { describe, expect, test } from 'vitest'
import { decode, encode } from '../../../src/main/platform/cbor.ts'
import type { FrameStream } from '../../../src/main/platform/streams.ts'
import { KnownBody } from '../../../src/main/protocols/chat/bodies.ts'
import { ChatChannel, makeContent, membersOf, readContent, readLetter, rosterIdOf, talkIdOf, writeLetter, type Said } from '../../../src/main/protocols/chat/index.ts'
import { AccountId, PeerId, type MessageId } from '../../../src/shared/ids.ts'
import { HOUR } from '../../../src/shared/units.ts'
import { GOLDEN } from './golden-bytes.ts'

/*
 * The bytes of what chat says beside and in its entries, as other versions of Latch wrote and will read them. Lines are added to
 * the list of them, and never changed.
 */

const key = (byte: number) => generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(byte))
const account = async (byte: number) => AccountId.parse((await key(byte)).publicKey.toCID().toString(base36))
const [alice, bea] = [await account(1), await account(2)]
const device = PeerId.parse(peerIdFromPrivateKey(await key(3)).toString())
const id = 'bafyreicixacsk5tif4welsh5hpu2rkqd2nvjzhy5z5ievpl32ecbduivhm' as MessageId
const salt = new Uint8Array(16).fill(9)
const roster = rosterIdOf(alice, new Uint8Array(32).fill(7))
const position = { conversation: talkIdOf(roster), device, seq: 7 }

const said: Record<string, Said> = {
  message: { kind: 'message', text: 'Hello, Bea. ✓', mentions: [bea], reply: id, forwarded: false, files: [] },
  edit: { kind: 'edit', of: id, text: 'Hello!', mentions: [] },
  reaction: { kind: 'reaction', to: id, emoji: '🎂', on: true },
  state: { kind: 'state', key: `dropped:${id}`, value: null, atMs: 1_767_225_600_000 },
}

const post = makeContent(said['message'] as Said, salt, HOUR).body
const bodies: Record<string, KnownBody> = {
  post: makeContent(said['message'] as Said, salt).body,
  'post that disappears': post,
  delete: { kind: 'delete', of: [id] },
  pin: { kind: 'pin', of: id, on: true },
  disappear: { kind: 'disappear', afterMs: HOUR },
  'disappear no more': { kind: 'disappear', afterMs: null },
}

const frames: Record<string, object> = {
  'heads of a group': {
    kind: 'heads',
    conversations: [
      { roster, part: 'roster', logs: [{ device, seq: 2 }] },
      { roster, part: 'talk', logs: [] },
    ],
    more: true,
  },
  'heads of notes': { kind: 'heads', conversations: [{ members: [alice, alice], logs: [] }], more: false },
  want: { kind: 'want', of: [position] },
  contents: { kind: 'contents', contents: [{ ...position, block: new Uint8Array([1, 2, 3]) }] },
  typing: { kind: 'typing', conversation: position.conversation },
}

const letter = {
  v: 1 as const,
  conversations: [{ members: membersOf(alice, bea) as unknown as [AccountId, AccountId] }, { roster, part: 'talk' as const }],
  entries: [new Uint8Array([1]), new Uint8Array([2])],
  contents: [null, new Uint8Array([3])],
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytesOf = (name: string): Uint8Array => Buffer.from(GOLDEN[name] ?? '', 'hex')

describe('golden bytes', () => {
  test('of the ids of a group', () => {
    expect([roster, talkIdOf(roster)]).toEqual([GOLDEN['roster'], GOLDEN['talk']])
  })

  test.each(Object.keys(said))('of a content block that says a %s', (kind) => {
    const { block } = makeContent(said[kind] as Said, salt)
    expect(hex(block)).toBe(GOLDEN[`content ${kind}`])
    expect(readContent(bytesOf(`content ${kind}`))).toEqual(said[kind])
  })

  test.each(Object.keys(bodies))('of a body: %s', (name) => {
    expect(hex(encode(bodies[name]))).toBe(GOLDEN[`body ${name}`])
    expect(decode(bytesOf(`body ${name}`), KnownBody, 1_000)).toEqual(bodies[name])
  })

  test.each(Object.keys(frames))('of a frame: %s', async (name) => {
    expect(hex(encode(frames[name]))).toBe(GOLDEN[`frame ${name}`])
    const channel = new ChatChannel({ read: async () => bytesOf(`frame ${name}`) } as unknown as FrameStream)
    expect((await channel.read())?.frame).toEqual(frames[name])
  })

  test('of a letter', () => {
    expect(hex(writeLetter(letter))).toBe(GOLDEN['letter'])
    expect(readLetter(bytesOf('letter'))).toEqual(letter)
  })
})

describe('a content block', () => {
  test('has another name each time, whatever it says: nobody finds short words again by their hash', () => {
    const names = [1, 2].map((byte) => hex(makeContent({ kind: 'edit', of: id, text: 'yes', mentions: [] }, new Uint8Array(16).fill(byte)).body.content))
    expect(new Set(names).size).toBe(2)
  })

  test('is read as nothing where it is noise, of another shape, or says what is not known', () => {
    const blocks = [new Uint8Array([1, 2]), encode({ salt, said: 'x' }), encode({ salt, said: { kind: 'poll' } }), encode({ said: said['edit'] })]
    expect(blocks.map((block) => readContent(block))).toEqual([null, null, null, null])
    expect(readContent(encode({ salt, said: { ...said['edit'], text: '' } }))).toMatchObject({ kind: 'edit' })
    expect(readContent(encode({ salt, said: { ...said['reaction'], emoji: 'not one' } }))).toBeNull()
  })

  test('is of at most 64 KiB', () => {
    const files = Array.from({ length: 5 }, () => ({ name: 'x'.repeat(20_000) }))
    expect(() => makeContent({ ...said['message'], files } as never, salt)).toThrow(RangeError)
  })
})
