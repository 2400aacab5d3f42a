import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import fc from 'fast-check'
import { base36 } from 'multiformats/bases/base36'
import { CID } from 'multiformats/cid'
import { describe, expect, test } from 'vitest'
import { AccountId, MessageId, PeerId } from '../../../src/shared/ids.ts'
import { MAX_TEXT_BYTES } from '../../../src/shared/model/chat.ts'
import { cidOf, encode } from '../../../src/main/platform/cbor.ts'
import { seal } from '../../../src/main/platform/envelope.ts'
import {
  conversationIdOf,
  EntryError,
  membersOf,
  openEntry,
  signEntry,
  type Entry,
} from '../../../src/main/protocols/chat/index.ts'
import { MAX_ENTRY_BYTES } from '../../../src/main/protocols/chat/constants.ts'
import { sealAnything } from './entries.ts'

const seeded = (byte: number) => generateKeyPairFromSeed('Ed25519', new Uint8Array(32).fill(byte))

/** The same on every machine and in every year. */
async function golden(): Promise<{ first: Entry; second: Entry; deviceKey: Awaited<ReturnType<typeof seeded>> }> {
  const account = async (byte: number) => AccountId.parse((await seeded(byte)).publicKey.toCID().toString(base36))
  const [alice, bea] = [await account(1), await account(2)]
  const deviceKey = await seeded(3)
  const device = PeerId.parse(peerIdFromPrivateKey(deviceKey).toString())
  const conversation = conversationIdOf(membersOf(alice, bea))
  const about = { v: 1, conversation, account: alice, device } as const
  const body = { kind: 'message', text: 'Hello, Bea. ✓' }
  const first: Entry = { ...about, seq: 1, prev: null, sentAtMs: 1_767_225_600_000, clock: 1, body }
  const readUpTo = [{ device: PeerId.parse(peerIdFromPrivateKey(await seeded(4)).toString()), seq: 5 }]
  const prev = CID.parse(cidOf(encode(first)))
  const receipt = { kind: 'receipt', readUpTo }
  const second: Entry = { ...about, seq: 2, prev, sentAtMs: 1_767_225_660_000, clock: 9, body: receipt }
  return { first, second, deviceKey }
}

async function statusOf(envelope: Uint8Array): Promise<string> {
  const error = await openEntry(envelope).then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof EntryError)) throw new Error('it was opened', { cause: error })
  return error.status
}

describe('golden bytes', () => {
  test('of a conversation id', async () => {
    const { first } = await golden()
    expect(first.conversation).toBe('ykyuosmopuk75raxsz7syr6no4wuzyytkdk5fjveev25ghsq3v6a')
  })

  test('of a message entry', async () => {
    const { first, deviceKey } = await golden()
    const signed = await signEntry(first, deviceKey)
    expect(Buffer.from(encode(first)).toString('hex')).toBe(
      [
        'a9617601637365710164626f6479a2646b696e64676d65737361676564746578746f48656c6c6f2c204265612e20e29c9364',
        '70726576f665636c6f636b01666465766963657834313244334b6f6f57526e645668565a5043695177484242426467373639',
        '47797250555731337a787771517966397233414e616261676163636f756e74783e6b3531717a693575717535646a6d773279',
        '7666386b6b3563646a633164646330306f346435736a776936663739787a636179396a33676b646477357575346873656e74',
        '41744d731b0000019b76daa8006c636f6e766572736174696f6e7834796b79756f736d6f70756b3735726178737a37737972',
        '366e6f3477757a7979746b646b35666a7665657632356768737133763661',
      ].join(''),
    )
    expect(signed.id).toBe('bafyreicixacsk5tif4welsh5hpu2rkqd2nvjzhy5z5ievpl32ecbduivhm')
    expect(Buffer.from(signed.envelope).toString('hex')).toBe(
      [
        '0a2408011220ed4928c628d1c2c6eae90338905995612959273a5c63f93636c14614ac8737d112132f6c617463682f636861',
        '742d656e7472792f311a9802a9617601637365710164626f6479a2646b696e64676d65737361676564746578746f48656c6c',
        '6f2c204265612e20e29c936470726576f665636c6f636b01666465766963657834313244334b6f6f57526e645668565a5043',
        '69517748424242646737363947797250555731337a787771517966397233414e616261676163636f756e74783e6b3531717a',
        '693575717535646a6d7732797666386b6b3563646a633164646330306f346435736a776936663739787a636179396a33676b',
        '646477357575346873656e7441744d731b0000019b76daa8006c636f6e766572736174696f6e7834796b79756f736d6f7075',
        '6b3735726178737a37737972366e6f3477757a7979746b646b35666a76656576323567687371337636612a40a3046e048831',
        '40e35e5bfa4b7dbbd4c61b68aa14db1ca5234662a8a341b0f0516a50970d637e6749e0235d8424082acb3c0e18b259f88bbf',
        'e9ba4e7ff263eb05',
      ].join(''),
    )
  })

  test('of a receipt entry', async () => {
    const { second, deviceKey } = await golden()
    const signed = await signEntry(second, deviceKey)
    expect(signed.id).toBe('bafyreicynl7euzhpkpkkf5n4r6qfmhyx5manf65h56wqi6526xdufdn3bq')
    expect(Buffer.from(signed.envelope).toString('hex')).toBe(
      [
        '0a2408011220ed4928c628d1c2c6eae90338905995612959273a5c63f93636c14614ac8737d112132f6c617463682f636861',
        '742d656e7472792f311af802a9617601637365710264626f6479a2646b696e64677265636569707468726561645570546f81',
        'a26373657105666465766963657834313244334b6f6f575054393846584d6644515961765a6d36364565566a547150394e6e',
        '65686e3167796179647156384c384251776470726576d82a5825000171122048b8052576682f2c45c8fd3be9a8aa03d36a9c',
        '9f1dcf504abd7bd10411d1153b65636c6f636b09666465766963657834313244334b6f6f57526e645668565a504369517748',
        '424242646737363947797250555731337a787771517966397233414e616261676163636f756e74783e6b3531717a69357571',
        '7535646a6d7732797666386b6b3563646a633164646330306f346435736a776936663739787a636179396a33676b64647735',
        '7575346873656e7441744d731b0000019b76db92606c636f6e766572736174696f6e7834796b79756f736d6f70756b373572',
        '6178737a37737972366e6f3477757a7979746b646b35666a76656576323567687371337636612a407ce18aa77fe70e38f4eb',
        'd55cca4e67bb3f6dd17dfd4cd6d9e7185ee2cd60086bf35e461a72ac75d3ce17f89e719c3263b12e1a2110cc77e77465acd5',
        'fc4b3b01',
      ].join(''),
    )
  })
})

describe('opening an entry', () => {
  test('gives back what was signed, and by whom', async () => {
    const { first, second, deviceKey } = await golden()
    for (const entry of [first, second]) {
      const signed = await signEntry(entry, deviceKey)
      const opened = await openEntry(signed.envelope)
      expect(opened.entry).toEqual(entry)
      expect(opened.body).toEqual(entry.body)
      expect(opened.id).toBe(signed.id)
      expect(MessageId.safeParse(opened.id).success).toBe(true)
      expect(opened.signer.equals(deviceKey.publicKey)).toBe(true)
    }
  })

  test('keeps a kind that this version does not know, unopened', async () => {
    const { first, deviceKey } = await golden()
    const edit = { ...first, body: { kind: 'edit', of: CID.parse(cidOf(encode(first))), text: 'Hello!' } }
    const opened = await openEntry((await signEntry(edit, deviceKey)).envelope)
    expect(opened.body).toBeNull()
    expect(opened.entry.body).toEqual(edit.body)
  })

  test('ignores a field that this version does not know', async () => {
    const { first, deviceKey } = await golden()
    const opened = await openEntry(await sealAnything({ ...first, mood: 'bright' }, deviceKey))
    expect(opened.body).toEqual(first.body)
  })

  test('takes a text of 16 KiB and no more', async () => {
    const { first, deviceKey } = await golden()
    const withText = (text: string) => sealAnything({ ...first, body: { kind: 'message', text } }, deviceKey)
    expect((await openEntry(await withText('x'.repeat(MAX_TEXT_BYTES)))).body).toMatchObject({ kind: 'message' })
    expect(await statusOf(await withText('x'.repeat(MAX_TEXT_BYTES + 1)))).toBe('malformed')
    expect(await statusOf(await withText('é'.repeat(MAX_TEXT_BYTES / 2 + 1)))).toBe('malformed')
    expect(await statusOf(await withText(''))).toBe('malformed')
  })

  test('refuses what is larger than any entry, before anything else', async () => {
    expect(await statusOf(new Uint8Array(MAX_ENTRY_BYTES + 1))).toBe('too-large')
  })

  test('refuses a later version, and says which log that is in', async () => {
    const { first, deviceKey } = await golden()
    const later = await sealAnything({ ...first, v: 2, body: 'of another shape' }, deviceKey)
    const { conversation, device, seq } = first
    await expect(openEntry(later)).rejects.toMatchObject({ status: 'version', place: { conversation, device, seq } })
  })

  test('refuses a signature over something else, or made for another purpose', async () => {
    const { first, deviceKey } = await golden()
    const { envelope } = await signEntry(first, deviceKey)
    const flipped = envelope.slice()
    flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1
    expect(await statusOf(flipped)).toBe('bad-signature')
    const elsewhere = await seal({ domain: 'latch-device-list', type: '/latch/chat-entry/1' }, encode(first), deviceKey)
    expect(await statusOf(elsewhere)).toBe('bad-signature')
  })

  const wrong: Record<string, object> = {
    'a seq of zero': { seq: 0 },
    'a seq beyond what can be counted': { seq: 2 ** 53 },
    'a broken seq': { seq: 1.5 },
    'a clock below one': { clock: -1 },
    'a time that no calendar holds': { sentAtMs: 8_640_000_000_000_001 },
    'a prev that is no link': { prev: 'bafyrei' },
    'a body without a kind': { body: { text: 'x' } },
    'a kind of 33 letters': { body: { kind: 'k'.repeat(33) } },
    'a text that is bytes': { body: { kind: 'message', text: new Uint8Array(3) } },
    'a receipt for nothing': { body: { kind: 'receipt', readUpTo: [] } },
    'an account that is none': { account: 'alice' },
    'no conversation': { conversation: null },
  }
  test.each(Object.entries(wrong))('refuses %s', async (_what, change) => {
    const { first, deviceKey } = await golden()
    expect(await statusOf(await sealAnything({ ...first, ...change }, deviceKey))).toBe('malformed')
  })

  test('never does anything but open or refuse, whatever the bytes', async () => {
    const { first, deviceKey } = await golden()
    const { envelope } = await signEntry(first, deviceKey)
    const noise = fc.uint8Array({ maxLength: 200 })
    const cutAt = fc.nat(envelope.length)
    const grafted = fc.tuple(cutAt, noise).map(([at, graft]) => Buffer.concat([envelope.subarray(0, at), graft]))
    await fc.assert(
      fc.asyncProperty(fc.oneof(noise, grafted), async (bytes) => {
        const result = await openEntry(bytes).catch((error: unknown) => error)
        expect(result instanceof EntryError || (result as { id?: string }).id !== undefined).toBe(true)
      }),
    )
  })
})
