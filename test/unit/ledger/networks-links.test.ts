import { randomBytes } from 'node:crypto'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { encodeGenesis, networkOf, ownGenesis } from '../../../src/main/features/ledger/index.ts'
import { readCard, writeCard } from '../../../src/main/features/ledger/networks/card.ts'
import { readNetworkLink, writeNetworkLink } from '../../../src/main/features/ledger/networks/network-link.ts'
import { sha256, toHex } from '../../../src/main/features/ledger/bytes.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { seal } from '../../../src/main/platform/envelope.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import { NetworkLink, ValidatorLink } from '../../../src/shared/model/networks.ts'
import { DAY, MINUTE } from '../../../src/shared/units.ts'
import { deviceOf, NOW_MS } from './networks-parts.ts'
import { person, townGenesis } from './town.ts'

const seed = Number(process.env['LATCH_SEED'] ?? Date.now() % 2 ** 31)
const CARD = 'latch://validator/'
const LINK = 'latch://network/'

const ada = deviceOf('ada')
const addresses = ['/ip4/8.8.8.8/tcp/4001', '/ip4/192.168.1.2/tcp/4001']
const genesis = ownGenesis({ key: person('ada').account, label: 'Ada' }, NOW_MS - DAY)
const payload = { v: 1, label: 'Ada', addresses, madeMs: NOW_MS }
const kind = { domain: 'latch-validator', type: '/latch/validator/1' }

const said = (link: string, nowMs = NOW_MS) => readCard(link, nowMs, 'This card')
const bytesOf = (link: string, head: string) => Buffer.from(link.slice(head.length), 'base64url')
const linkOf = (head: string, bytes: Uint8Array) => head + Buffer.from(bytes).toString('base64url')

async function card(change: Record<string, unknown> = {}): Promise<string> {
  return linkOf(CARD, await seal(kind, encode({ ...payload, ...change }), ada.deviceKey))
}

/** A link of these fields whose sum is right. */
function summed(change: Record<string, unknown> = {}): string {
  const body = encode({ v: 1, genesis: encodeGenesis(genesis), label: 'River street', peers: [], ...change })
  return linkOf(LINK, Buffer.concat([sha256(body).subarray(0, 8), body]))
}

function flipped(bytes: Uint8Array, bit: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
  return copy
}

describe('the card of a validator', () => {
  let link: string

  beforeAll(async () => {
    link = (await writeCard(ada.deviceKey, { label: 'Ada', addresses, madeMs: NOW_MS })).link
  })

  test('says who offers, and is a link of the contract', async () => {
    expect(ValidatorLink.safeParse(link).success).toBe(true)
    const key = person('ada').account
    expect(await said(`  ${link}\n`)).toEqual({ key, peerId: ada.peerId, label: 'Ada', addresses, madeMs: NOW_MS })
  })

  test('holds at most a kibibyte, however long the addresses are', async () => {
    const long = Array.from({ length: 9 }, (_, at) => `/dns4/${'a'.repeat(480)}${at}.org/tcp/4001`)
    const written = await writeCard(ada.deviceKey, { label: 'ö'.repeat(64), addresses: long, madeMs: NOW_MS })
    expect(bytesOf(written.link, CARD).byteLength).toBeLessThanOrEqual(1_024)
    expect((await said(written.link)).addresses).toEqual(written.addresses)
    expect(written.addresses.length).toBeGreaterThan(0)
  })

  test('with any one bit changed is refused', async () => {
    const bytes = bytesOf(link, CARD)
    for (let bit = 0; bit < bytes.byteLength * 8; bit += 1) {
      await expect(said(linkOf(CARD, flipped(bytes, bit)))).rejects.toThrow(LatchError)
    }
  })

  test('of any bytes is refused in words', async () => {
    const any = fc.uint8Array({ minLength: 1, maxLength: 1_100 })
    await fc.assert(
      fc.asyncProperty(any, async (bytes) => {
        await expect(said(linkOf(CARD, bytes))).rejects.toThrow(LatchError)
      }),
      { seed },
    )
  })

  test.each([
    ['it was cut short', (whole: string) => whole.slice(0, -40), /tampered with|cut short/],
    ['a mail program broke it', (whole: string) => `${whole.slice(0, 60)}\n${whole.slice(60)}`, /copy all of it/],
    ['it is another kind of link', () => 'latch://invite/abcd', /not the card of a validator/],
    ['it is empty', () => CARD, /not the card of a validator/],
    ['it is endless', () => CARD + 'A'.repeat(2_000), /longer than any/],
    ['its last character holds what is in no byte', () => `${CARD}AB`, /damaged or cut short/],
    ['it is random', () => linkOf(CARD, randomBytes(300)), /tampered with/],
  ])('is refused when %s', async (_when, change, why) => {
    await expect(said(change(link))).rejects.toThrow(why)
  })

  test.each([
    ['is of another version', { v: 2 }, /another version/],
    ['has no version', { v: 'one' }, /damaged/],
    ['names too many addresses', { addresses: Array.from({ length: 5 }, () => '/ip4/8.8.8.8/tcp/1') }, /damaged/],
    ['holds line breaks in its label', { label: 'Ada\nsays' }, /damaged/],
    ['has no time', { madeMs: null }, /damaged/],
    ['is older than a month', { madeMs: NOW_MS - 30 * DAY - 1 }, /^This card, of Ada, is older than 30 days/],
    ['was made in the future', { madeMs: NOW_MS + DAY + 1 }, /made in the future/],
  ])('is refused when it %s', async (_what, change, why) => {
    await expect(said(await card(change))).rejects.toThrow(why)
  })

  test('is good to the last millisecond of its month, and ignores the fields of a later Latch', async () => {
    expect(await said(await card({ madeMs: NOW_MS - 30 * DAY, colour: 'brass' }))).toMatchObject({ label: 'Ada' })
  })

  test('is refused when it was signed as something else', async () => {
    const bytes = await seal({ domain: 'latch-invitation', type: '/latch/invitation/1' }, encode(payload), ada.deviceKey)
    await expect(said(linkOf(CARD, bytes))).rejects.toThrow(/tampered with/)
  })

  test('is refused when it was signed by a key that no roster holds', async () => {
    const other = await generateKeyPair('secp256k1')
    await expect(said(linkOf(CARD, await seal(kind, encode(payload), other)))).rejects.toThrow(/tampered with/)
  })

  test('names whoever signed it, whatever it says', async () => {
    const mallory = await generateKeyPair('Ed25519')
    const forged = linkOf(CARD, await seal(kind, encode({ ...payload, peerId: ada.peerId }), mallory))
    expect((await said(forged)).peerId).toBe(peerIdFromPublicKey(mallory.publicKey).toString())
  })
})

describe('a link to a network', () => {
  const hints = [{ peerId: ada.peerId, addresses }]
  const link = writeNetworkLink({ genesis, label: 'River street', hints })
  const read = (text: string) => readNetworkLink(text, NOW_MS)

  test('says its genesis, its label and who may be asked, and is a link of the contract', () => {
    expect(NetworkLink.safeParse(link).success).toBe(true)
    expect(read(`\n${link} `)).toEqual({ genesis, label: 'River street', hints })
  })

  test('of the largest network is a link of the contract', () => {
    const names = Array.from({ length: 64 }, (_, at) => `validator ${at} ${'ö'.repeat(50)}`)
    const large = townGenesis({}, names, 31)
    const long = Array.from({ length: 9 }, (_, at) => `/dns4/${'a'.repeat(480)}${at}.org/tcp/4001`)
    const many = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ peerId: deviceOf(name).peerId, addresses: long }))
    const roomy = { ...large, slotMs: 20_000 }
    const whole = writeNetworkLink({ genesis: roomy, label: 'ö'.repeat(64), hints: many })
    expect(NetworkLink.safeParse(whole).success).toBe(true)
    const said = read(whole)
    expect(networkOf(said.genesis)).toBe(networkOf(roomy))
    expect(said.hints).toHaveLength(4)
    expect(said.hints[0]?.addresses.length).toBeGreaterThan(0)
  })

  test('with any one bit changed is refused', () => {
    const bytes = bytesOf(link, LINK)
    for (let bit = 0; bit < bytes.byteLength * 8; bit += 1) {
      expect(() => read(linkOf(LINK, flipped(bytes, bit)))).toThrow(LatchError)
    }
  })

  test('whose sum was made anew after one bit changed is refused, or says the same network, or another', () => {
    const body = bytesOf(link, LINK).subarray(8)
    const start = body.indexOf(Buffer.from(encodeGenesis(genesis)))
    const end = start + encodeGenesis(genesis).byteLength
    const others = new Set<string>()
    for (let bit = 0; bit < body.byteLength * 8; bit += 1) {
      const changed = flipped(body, bit)
      const anew = linkOf(LINK, Buffer.concat([sha256(changed).subarray(0, 8), changed]))
      const inGenesis = bit >> 3 >= start && bit >> 3 < end
      try {
        const network = networkOf(read(anew).genesis)
        expect(network === networkOf(genesis)).toBe(!inGenesis)
        if (inGenesis) others.add(network)
      } catch (error) {
        expect(error).toBeInstanceOf(LatchError)
      }
    }
    expect(others.has(networkOf(genesis))).toBe(false)
    expect(others.size).toBeGreaterThan(100)
  })

  test('of any bytes is refused in words, also where their sum is right', () => {
    const any = fc.uint8Array({ minLength: 1, maxLength: 2_000 })
    fc.assert(
      fc.property(any, (bytes) => {
        expect(() => read(linkOf(LINK, bytes))).toThrow(LatchError)
        expect(() => read(linkOf(LINK, Buffer.concat([sha256(bytes).subarray(0, 8), bytes])))).toThrow(LatchError)
      }),
      { seed },
    )
  })

  test.each([
    ['it was cut short', link.slice(0, -40), /damaged or cut short/],
    ['a mail program broke it', `${link.slice(0, 60)} ${link.slice(60)}`, /copy all of it/],
    ['it is another kind of link', 'https://example.org', /not a link to a network/],
    ['it is empty', LINK, /not a link to a network/],
    ['it is endless', LINK + 'A'.repeat(32_000), /longer than any/],
    ['it is shorter than a sum', linkOf(LINK, new Uint8Array(7)), /damaged or cut short/],
    ['it is of another version', summed({ v: 2 }), /another version/],
    ['it has no version', summed({ v: null }), /damaged/],
    ['it has no label', summed({ label: '  ' }), /damaged/],
    ['its label holds a direction character', summed({ label: 'River\u202estreet' }), /damaged/],
    ['it names nobody as a peer', summed({ peers: [{ peerId: 'nobody', addresses: [] }] }), /damaged/],
    ['it names too many peers', summed({ peers: Array.from({ length: 5 }, () => ({ peerId: ada.peerId, addresses: [] })) }), /damaged/],
    ['its genesis is larger than any', summed({ genesis: new Uint8Array(16_385) }), /damaged/],
    ['its genesis is none', summed({ genesis: encode({ version: 1 }) }), /cannot be joined: this Latch does not understand/],
    ['its genesis is of a later version', summed({ genesis: encode({ version: 2 }) }), /does not understand its rules/],
    ['its slots are too short to agree in', summed({ genesis: encodeGenesis({ ...genesis, slotMs: 100, roundMs: 50 }) }), /only keep this device busy/],
    ['its network begins in the future', summed({ genesis: encodeGenesis({ ...genesis, startMs: NOW_MS + DAY + MINUTE }) }), /begins in the future/],
  ])('is refused when %s', (_when, text, why) => {
    expect(() => read(text)).toThrow(why)
  })

  test('names no place that cannot be dialled, and ignores the fields of a later Latch', () => {
    const peers = [{ peerId: ada.peerId, addresses: ['/nonsense/1', '/ip4/8.8.8.8/tcp/4001'], since: 5 }]
    expect(read(summed({ peers, colour: 'brass' })).hints).toEqual([
      { peerId: ada.peerId, addresses: ['/ip4/8.8.8.8/tcp/4001'] },
    ])
  })
})

/** Golden: added to, never edited. */
const GOLDEN_CARD = [
  '0a24080112201d2c32475a5ecd8674c31ae110bd06b7a82ee0daf0d4a07ce72ec5ccec60538912122f6c617463682f76616c',
  '696461746f722f311a5aa4617601656c6162656c63416461666d6164654d731b000001a2e325440069616464726573736573',
  '82752f6970342f382e382e382e382f7463702f3430303178192f6970342f3139322e3136382e312e322f7463702f34303031',
  '2a4036f627be533c27cd46bbe9a2f041da1ea5eb31a49a3a38be5b50540384abccf9b776a4b321134b71e84830565b57dea6',
  'ebc9bd2a85d58828671d1380c680ec02',
].join('')
const GOLDEN_LINK = [
  '209d6f02d4b248c8a4617601656c6162656c6c52697665722073747265657465706565727381a26670656572496478343132',
  '44334b6f6f57426e46355a7635727533566e6a5a465952697734733563316a444347435175415a634d377a73317567587a47',
  '6961646472657373657382752f6970342f382e382e382e382f7463702f3430303178192f6970342f3139322e3136382e312e',
  '322f7463702f343030316767656e65736973590146a863746c6464706565726572756c6573ad667465726d4d731b00000007',
  '57b12c006767726163654d731a9a7ec80068656e64696e674d731abbf81e00686d61784e616d65731820686e616d65426974',
  '731469656e747279426974730e6a6d6178456e74726965731903e86b626974735065724e616d65016c756e74696c41686561',
  '644d731a05265c006d6d6178426c6f636b42797465731a000800006e636c61696d4d6178426c6f636b731903e86e636c6169',
  '6d4d696e426c6f636b73016e6e65774e616d6545766572794d731a05265c00666661756c74730066736c6f744d731907d067',
  '726f756e644d731901f46773746172744d731b000001a2ddfee8006776657273696f6e016a76616c696461746f727381a263',
  '6b657958201d2c32475a5ecd8674c31ae110bd06b7a82ee0daf0d4a07ce72ec5ccec605389656c6162656c63416461',
].join('')

test('a card is these bytes, for good', async () => {
  const { link } = await writeCard(ada.deviceKey, { label: 'Ada', addresses, madeMs: NOW_MS })
  expect(bytesOf(link, CARD).toString('hex')).toBe(GOLDEN_CARD)
  expect(await said(linkOf(CARD, Buffer.from(GOLDEN_CARD, 'hex')))).toMatchObject({ label: 'Ada', addresses })
})

test('a link to a network is these bytes, for good', () => {
  const hints = [{ peerId: ada.peerId, addresses }]
  const link = writeNetworkLink({ genesis, label: 'River street', hints })
  expect(bytesOf(link, LINK).toString('hex')).toBe(GOLDEN_LINK)
  const said = readNetworkLink(linkOf(LINK, Buffer.from(GOLDEN_LINK, 'hex')), NOW_MS)
  expect(toHex(encodeGenesis(said.genesis))).toBe(toHex(encodeGenesis(genesis)))
})
