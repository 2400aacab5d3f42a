import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { DecodeError, encode } from '../../../src/main/platform/cbor.ts'
import { EnvelopeError, seal } from '../../../src/main/platform/envelope.ts'
import {
  blindedTopic,
  epochOf,
  type IntroducerRecord,
  openRecord,
  openRegistration,
  RecordVersionError,
  type Registration,
  sealRecord,
  sealRegistration,
} from '../../../src/main/protocols/introduction/index.ts'
import { DAY } from '../../../src/shared/units.ts'
import { bytes, device, type Device, hex, unhex } from './devices.ts'

/** Envelopes that were once signed. Others may be added; none of these may ever change. */
const golden = {
  record:
    '0a24080112208139770ea87d175f56a35466c34c7ecccb8d8a91b4ee37a25df60f5b8fc9b39412132f6c617463682f696e7472' +
    '6f64756365722f311aca01a7617601646e616d6567486172626f7572647374756e816c382e382e382e383a3334373866706565' +
    '7249647834313244334b6f6f574a576f61715a6844616f454673684637526831627059396f68696846687a6357366436394c72' +
    '324e41537571686973737565644d731b000001a3185c50006961646472657373657382752f6970342f382e382e382e382f7463' +
    '702f3430303178212f646e73342f686172626f75722e6578616d706c652f7463702f3434332f77737369657870697265734d73' +
    '1b000001a3b2db18002a4091511b4af08a3f77a29fe86649618d128e6c7a036f8474e4b378504e7240dce9d967c0882e059393' +
    '33c7aaf1c5bf3c9d9bfd4c179927b4fedeb40be1ad898c0a',
  registration:
    '0a24080112208a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c12152f6c617463682f72656769' +
    '7374726174696f6e2f311aef01a6667065657249647834313244334b6f6f574b3939566f56784e4537587a79427758457a5737' +
    '78684b37477076383572394633563366794b53554b50483566746f706963738158200808080808080808080808080808080808' +
    '080808080808080808080808080808686973737565644d731b000001a3185c50006961646472657373657381752f6970342f38' +
    '2e382e342e342f7463702f3430303169657870697265734d731b000001a31877c7406a696e74726f6475636572783431324433' +
    '4b6f6f574a576f61715a6844616f454673684637526831627059396f68696846687a6357366436394c72324e415375712a40dc' +
    'c7e391fdacfa468b279201280e7a6c22b6456dbadea9b108ba1767772b141badd347ac1214a03a5beff3ddfa79c405ecfb4796' +
    'd5a0ee0ead5e73cdd0d63704',
  topic: '1c197dac878ecfdf85420be29dde0c3c945cf6da574c402dcbc3768c03103813',
} as const

let one: Device
let harbour: Device
let record: IntroducerRecord
let registration: Registration

beforeAll(async () => {
  ;[one, harbour] = [await device(1), await device(2)]
  record = {
    peerId: harbour.peerId,
    name: 'Harbour',
    addresses: ['/ip4/8.8.8.8/tcp/4001', '/dns4/harbour.example/tcp/443/wss'],
    stun: ['8.8.8.8:3478'],
    issuedMs: 1_800_000_000_000,
    expiresMs: 1_802_592_000_000,
  }
  registration = {
    peerId: one.peerId,
    introducer: harbour.peerId,
    addresses: ['/ip4/8.8.4.4/tcp/4001'],
    topics: [bytes(32, 8)],
    issuedMs: 1_800_000_000_000,
    expiresMs: 1_800_001_800_000,
  }
})

const recordKind = { domain: 'latch-introducer', type: '/latch/introducer/1' }
const registrationKind = { domain: 'latch-registration', type: '/latch/registration/1' }

describe('a record', () => {
  test('is these bytes, for good', async () => {
    expect(hex((await sealRecord(record, harbour.key)).envelope)).toBe(golden.record)
    expect(await openRecord(unhex(golden.record))).toEqual(record)
  })

  test('leaves out addresses from the end until it fits', async () => {
    const addresses = Array.from({ length: 16 }, (_, at) => `/dns4/${'a'.repeat(180)}${at}.example.org/tcp/4001`)
    const sealed = await sealRecord({ ...record, addresses }, harbour.key)
    expect(sealed.envelope.byteLength).toBeLessThanOrEqual(2_048)
    expect(sealed.record.addresses).toEqual(addresses.slice(0, sealed.record.addresses.length))
    expect(sealed.record.addresses.length).toBeGreaterThan(5)
    expect(await openRecord(sealed.envelope)).toEqual(sealed.record)
  })

  test.each([
    ['that names another than its signer', () => seal(recordKind, encode({ v: 1, ...record }), one.key), EnvelopeError],
    ['signed for another purpose', () => seal(registrationKind, encode({ v: 1, ...record }), harbour.key), EnvelopeError],
    ['of another version', () => seal(recordKind, encode({ v: 2, new: true }), harbour.key), RecordVersionError],
    ['that says nothing', () => seal(recordKind, encode({}), harbour.key), DecodeError],
    [
      'with seventeen addresses',
      () => seal(recordKind, encode({ v: 1, ...record, addresses: Array(17).fill('/ip4/8.8.8.8/tcp/1') }), harbour.key),
      DecodeError,
    ],
    [
      'with five STUN servers',
      () => seal(recordKind, encode({ v: 1, ...record, stun: Array(5).fill('8.8.8.8:3478') }), harbour.key),
      DecodeError,
    ],
    [
      'with a STUN server that is a link',
      () => seal(recordKind, encode({ v: 1, ...record, stun: ['https://example.org/'] }), harbour.key),
      DecodeError,
    ],
    [
      'with a name of two lines',
      () => seal(recordKind, encode({ v: 1, ...record, name: 'Harbour\nis here' }), harbour.key),
      DecodeError,
    ],
    ['cut off', async () => unhex(golden.record.slice(0, -2)), EnvelopeError],
    ['of no bytes', async () => bytes(0, 0), EnvelopeError],
    ['too long', async () => bytes(2_049, 0), DecodeError],
  ])('%s is refused', async (_what, make, error) => {
    await expect(make().then(openRecord)).rejects.toBeInstanceOf(error)
  })
})

describe('a registration', () => {
  test('is these bytes, for good', async () => {
    expect(hex(await sealRegistration(registration, one.key))).toBe(golden.registration)
    expect(await openRegistration(unhex(golden.registration))).toEqual(registration)
  })

  test.each([
    ['of another device than its signer', () => sealRegistration(registration, harbour.key), EnvelopeError],
    ['signed for another purpose', () => seal(recordKind, encode(registration), one.key), EnvelopeError],
    [
      'changed after signing',
      async () => unhex(golden.registration.replace('382e382e342e34', '382e382e342e35')),
      EnvelopeError,
    ],
    ['with nine topics', () => sealRegistration({ ...registration, topics: Array(9).fill(bytes(32, 1)) }, one.key), DecodeError],
    ['with a topic of 33 bytes', () => sealRegistration({ ...registration, topics: [bytes(33, 1)] }, one.key), DecodeError],
    ['with an oversized topic', () => sealRegistration({ ...registration, topics: [bytes(3_000, 1)] }, one.key), DecodeError],
    [
      'with seventeen addresses',
      () => sealRegistration({ ...registration, addresses: Array(17).fill('/ip4/8.8.8.8/tcp/1') }, one.key),
      DecodeError,
    ],
    [
      'with an address of 513 characters',
      () => sealRegistration({ ...registration, addresses: [`/${'a'.repeat(512)}`] }, one.key),
      DecodeError,
    ],
    ['with a time below nothing', () => sealRegistration({ ...registration, issuedMs: -1 }, one.key), DecodeError],
    ['that says nothing', () => seal(registrationKind, encode({}), one.key), DecodeError],
    ['that is not DAG-CBOR', () => seal(registrationKind, bytes(20, 0xff), one.key), DecodeError],
    ['too long', async () => bytes(4_097, 0), DecodeError],
    ['of no bytes', async () => bytes(0, 0), EnvelopeError],
  ])('%s is refused', async (_what, make, error) => {
    await expect(make().then(openRegistration)).rejects.toBeInstanceOf(error)
  })

  test('of any bytes is refused, and nothing else happens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (junk) => {
        const error = await openRegistration(junk).catch((caught: unknown) => caught)
        expect(error instanceof EnvelopeError || error instanceof DecodeError).toBe(true)
      }),
      { verbose: true },
    )
  })

  test('with one byte changed anywhere is refused', async () => {
    const whole = unhex(golden.registration)
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.byteLength - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = whole.slice()
        changed[at] = (changed[at] ?? 0) ^ by
        await expect(openRegistration(changed)).rejects.toThrow()
      }),
      { verbose: true },
    )
  })
})

describe('a blinded topic', () => {
  test('is these bytes, for good', () => {
    expect(hex(blindedTopic(20_776, 'a room'))).toBe(golden.topic)
  })

  test('is another one each day, and for each topic', () => {
    const names = [blindedTopic(1, 'a'), blindedTopic(2, 'a'), blindedTopic(1, 'b'), blindedTopic(12, ''), blindedTopic(1, '2')]
    expect(new Set(names.map(hex)).size).toBe(names.length)
  })

  test('changes at midnight in UTC', () => {
    const midnightMs = Date.UTC(2026, 10, 20)
    expect(epochOf(midnightMs - 1)).toBe(epochOf(midnightMs) - 1)
    expect(epochOf(midnightMs + DAY - 1)).toBe(epochOf(midnightMs))
  })
})
