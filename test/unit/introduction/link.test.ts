import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { encode } from '../../../src/main/platform/cbor.ts'
import { seal } from '../../../src/main/platform/envelope.ts'
import {
  type IntroducerRecord,
  looksLikeIntroducerLink,
  readIntroducerLink,
  sealRecord,
  writeIntroducerLink,
} from '../../../src/main/protocols/introduction/index.ts'
import { IntroducerCard, IntroducerLink } from '../../../src/shared/model/reach.ts'
import { DAY } from '../../../src/shared/units.ts'
import { device, type Device } from './devices.ts'

const nowMs = Date.UTC(2026, 10, 20)
const PREFIX = 'latch://introducer/'

let me: Device
let harbour: Device
let record: IntroducerRecord
let link: string

beforeAll(async () => {
  ;[me, harbour] = [await device(1), await device(2)]
  record = {
    peerId: harbour.peerId,
    name: 'Harbour',
    addresses: ['/ip4/8.8.8.8/tcp/4001'],
    stun: ['8.8.8.8:3478', '[2001:db8::1]:3478'],
    issuedMs: nowMs,
    expiresMs: nowMs + 30 * DAY,
  }
  link = writeIntroducerLink((await sealRecord(record, harbour.key)).envelope)
})

const read = (text: string, at = nowMs) => readIntroducerLink(text, { nowMs: at, me: me.peerId })

/** A link whose payload was changed by whoever holds `signer`'s key. */
async function forged(signer: Device, change: Record<string, unknown>): Promise<string> {
  const kind = { domain: 'latch-introducer', type: '/latch/introducer/1' }
  return writeIntroducerLink(await seal(kind, encode({ v: 1, ...record, ...change }), signer.key))
}

test('a link says what it was made of, is one of the contract, and gives the record to hand on', async () => {
  expect(IntroducerLink.safeParse(link).success).toBe(true)
  expect(looksLikeIntroducerLink(` ${link}`)).toBe(true)
  const said = await read(`  ${link}\n`)
  expect(said.record).toEqual(record)
  expect(IntroducerCard.parse(said.record)).toEqual(record)
  expect(writeIntroducerLink(said.envelope)).toBe(link)
})

describe('a link is refused, with a sentence that says why,', () => {
  test('when a letter of it was changed, anywhere', async () => {
    for (let at = PREFIX.length; at < link.length - 2; at += 5) {
      const other = link[at] === 'A' ? 'B' : 'A'
      await expect(read(link.slice(0, at) + other + link.slice(at + 1))).rejects.toMatchObject({ code: 'BAD_INPUT' })
    }
  })

  test.each([
    ['it was cut short', () => link.slice(0, -40), /tampered with or cut short/],
    ['a mail program broke it', () => `${link.slice(0, 90)}\n${link.slice(90)}`, /copy all of it/],
    ['it is another kind of link', () => 'latch://invite/abc', /not a link to an introducer/],
    ['it is empty', () => PREFIX, /not a link to an introducer/],
    ['it is endless', () => PREFIX + 'A'.repeat(4_000), /longer than any/],
    ['it is random', () => PREFIX + randomBytes(900).toString('base64url'), /tampered with or cut short/],
    ['somebody else signed it', () => forged(me, {}), /tampered with/],
    ['it is of another version', () => forged(harbour, { v: 2 }), /another version/],
    ['it holds no peer id', () => forged(harbour, { peerId: 'nobody' }), /damaged/],
    ['it names no address', () => forged(harbour, { addresses: [] }), /names no address/],
    ['it ends too far ahead', () => forged(harbour, { expiresMs: nowMs + 400 * DAY }), /too far ahead/],
    ['it is of this device', () => forged(me, { peerId: me.peerId }), /this very device/],
  ])('when %s', async (_when, make, why) => {
    await expect(Promise.resolve(make()).then((text) => read(text))).rejects.toThrow(why)
  })

  test('when it has expired, at the very millisecond', async () => {
    await expect(read(link, record.expiresMs)).rejects.toThrow('This link has expired: ask for a new one.')
    await expect(read(link, record.expiresMs - 1)).resolves.toMatchObject({ record: { name: 'Harbour' } })
  })
})
