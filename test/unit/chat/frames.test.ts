import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import fc from 'fast-check'
import { base36 } from 'multiformats/bases/base36'
import { describe, expect, test } from 'vitest'
import { AccountId, PeerId } from '../../../src/shared/ids.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import type { FrameStream } from '../../../src/main/platform/streams.ts'
import {
  ChatChannel,
  conversationIdOf,
  membersOf,
  ViolationError,
  type Frame,
} from '../../../src/main/protocols/chat/index.ts'

async function golden(): Promise<Record<string, Frame>> {
  const key = (byte: number) => generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(byte))
  const account = async (byte: number) => AccountId.parse((await key(byte)).publicKey.toCID().toString(base36))
  const device = PeerId.parse(peerIdFromPrivateKey(await key(3)).toString())
  const [first, second] = membersOf(await account(1), await account(2))
  const log = { conversation: conversationIdOf([first, second]), device, seq: 7 }
  return {
    heads: { kind: 'heads', conversations: [{ members: [first, second], logs: [{ device, seq: 7 }] }], more: false },
    entries: { kind: 'entries', entries: [new Uint8Array([1, 2, 3]), new Uint8Array([4])], contents: [null, new Uint8Array([5])] },
    devices: { kind: 'devices', account: first, list: new Uint8Array([6, 7]) },
    ack: { kind: 'ack', stored: [log] },
    nack: { kind: 'nack', status: 'gap', log },
    end: { kind: 'nack', status: 'malformed', log: null },
  }
}

/** A channel on which these bytes come as one frame. */
function channelWith(bytes: Uint8Array): ChatChannel {
  return new ChatChannel({ read: async () => bytes } as unknown as FrameStream)
}

const bytes: Record<string, string> = {
  heads: [
    'a3646b696e64656865616473646d6f7265f46d636f6e766572736174696f6e7381a2646c6f677381a2637365710766646576',
    '6963657834313244334b6f6f57526e645668565a504369517748424242646737363947797250555731337a78777151796639',
    '7233414e616261676d656d6265727382783e6b3531717a693575717535646a656a636a396461733034703377656e376d6f77',
    '637a307a3569713374773079786161386b6f30316f646a6c657937666467783e6b3531717a693575717535646a6d77327976',
    '66386b6b3563646a633164646330306f346435736a776936663739787a636179396a33676b64647735757534',
  ].join(''),
  entries: 'a3646b696e6467656e747269657367656e74726965738243010203410468636f6e74656e747382f64105',
  devices: [
    'a3646b696e646764657669636573646c697374420607676163636f756e74783e6b3531717a693575717535646a656a636a39',
    '6461733034703377656e376d6f77637a307a3569713374773079786161386b6f30316f646a6c657937666467',
  ].join(''),
  ack: [
    'a2646b696e646361636b6673746f72656481a36373657107666465766963657834313244334b6f6f57526e645668565a5043',
    '69517748424242646737363947797250555731337a787771517966397233414e6162616c636f6e766572736174696f6e7834',
    '796b79756f736d6f70756b3735726178737a37737972366e6f3477757a7979746b646b35666a766565763235676873713376',
    '3661',
  ].join(''),
  nack: [
    'a3636c6f67a36373657107666465766963657834313244334b6f6f57526e645668565a504369517748424242646737363947',
    '797250555731337a787771517966397233414e6162616c636f6e766572736174696f6e7834796b79756f736d6f70756b3735',
    '726178737a37737972366e6f3477757a7979746b646b35666a7665657632356768737133763661646b696e64646e61636b66',
    '73746174757363676170',
  ].join(''),
  end: 'a3636c6f67f6646b696e64646e61636b66737461747573696d616c666f726d6564',
}

describe('golden bytes', () => {
  test.each(Object.keys(bytes))('of %s', async (name) => {
    const frame = (await golden())[name]
    expect(Buffer.from(encode(frame)).toString('hex')).toBe(bytes[name])
    expect((await channelWith(Buffer.from(bytes[name] ?? '', 'hex')).read())?.frame).toEqual(frame)
  })
})

describe('reading a frame', () => {
  test('passes over a field that this version does not know', async () => {
    const { ack } = await golden()
    expect((await channelWith(encode({ ...ack, hint: 1 })).read())?.frame).toEqual(ack)
  })

  test('takes a status that this version does not know for a refusal', async () => {
    const { nack } = await golden()
    expect((await channelWith(encode({ ...nack, status: 'too-sunny' })).read())?.frame).toMatchObject({ kind: 'nack' })
  })

  test('gives a frame or breaks with a status, whatever the bytes', async () => {
    const frames = Object.values(await golden()).map((frame) => encode(frame))
    const damaged = fc
      .tuple(fc.constantFrom(...frames), fc.nat(), fc.uint8Array({ maxLength: 20 }))
      .map(([frame, at, noise]) => Buffer.concat([frame.subarray(0, at % frame.length), noise]))
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged), async (input) => {
        const result: unknown = await channelWith(input).read().catch((error: unknown) => error)
        expect(result instanceof ViolationError ? result.status : 'read').toMatch(/^(read|malformed)$/)
      }),
    )
  })
})
