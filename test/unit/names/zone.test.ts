import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_ZONE_LASTS_MS } from '../../../src/main/features/names/limits.ts'
import { checkZone, nextZone, openZone, signZone, type SignedZone } from '../../../src/main/features/names/zone.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { seal } from '../../../src/main/platform/envelope.ts'
import { MAX_ZONE_BYTES } from '../../../src/main/protocols/names/index.ts'
import { ZoneLabel, ZoneRecord } from '../../../src/shared/model/names.ts'
import { DAY, MINUTE } from '../../../src/shared/units.ts'
import { ada, bob, device, NOW, RECORDS, SAID, sealed, signed } from './zone-parts.ts'

/** Golden: added to, never edited. */
const GOLDEN =
  '0a2408011220ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c120d2f6c617463682f7a6f6e652f311ae905' +
  'a96176016373657103646e616d65656164656c65656f776e6572783e6b3531717a693575717535646d3074347662777269346c6b67373671' +
  '303362347839747376656b67766275347a6c6936343534666637773877646f7361346574746c4d731a000493e0676e6574776f726b783b62' +
  '6166797265696270706176367a6a77657337716a35796e7770706c6b636962616a64797a356637783465336575776775637868687770776e' +
  '7479677265636f72647388a4646b696e646470656572656c6162656c6140667065657249647834313244334b6f6f5753724b6e4d5a556353' +
  '784b384737776d4262586455386e4645665747684c75364838786a6e384c6d43534a626961646472657373657381772f6970342f3132372e' +
  '302e302e312f7463702f34303031a363636964f6646b696e646473697465656c6162656c6140a363636964783b6261667962656967647972' +
  '7a74357366703775646d37687537367568377932366e6633656675796c71616266336f636c67747179353566627a6469646b696e64647369' +
  '7465656c6162656c63777777a4626970693139322e302e322e37646b696e64676164647265737364706f7274191f90656c6162656c63626f' +
  '78a46269706b323030313a6462383a3a37646b696e64676164647265737364706f7274f6656c6162656c63626f78a3646b696e6464746578' +
  '74647465787473477574656e204d6f7267656e20e29880efb88f656c6162656c6140a5646b696e64677365727669636564706f7274185065' +
  '6c6162656c637777776674617267657463626f7867736572766963656a5f687474702e5f746370a3646b696e646864656c6567617465656c' +
  '6162656c6b7465616d2e6f6666696365676163636f756e74783e6b3531717a69357571753564676f363872646b786f7a6b786d67796a6430' +
  '79336a6b6d32346d39707172386963686178617261336d7178763636797370366a69737375656441744d731b000001a3185b65a06b657870' +
  '6972657341744d731b000001a31d82ac002a40150d4059eb140ab43b3902212a34bc3fd79bb8ecf15999bea2add58ce38fdfc0115f50cb3a' +
  '219bea5e9dd965f6666d730979331d01ede9969adab81369858b03'

async function opened(bytes: Uint8Array): Promise<SignedZone> {
  const read = await openZone(bytes)
  if (read.outcome !== 'opened') throw new Error(read.why)
  return read.signed
}

const whyNot = async (bytes: Uint8Array): Promise<string> => {
  const read = await openZone(bytes)
  return read.outcome === 'opened' ? 'opened' : `${read.outcome}: ${read.why}`
}

test('a zone reads as it was written, and its bytes and its key stay what they were', async () => {
  const one = await signed()
  expect(Buffer.from(one.bytes).toString('hex')).toBe(GOLDEN)
  expect(one.key).toBe('6d0f62b62e0dea577fe445b62da0d5840d3f59e4d343b948ca64c134221354dd')
  expect(await opened(one.bytes)).toEqual({ zone: SAID, key: one.key, bytes: one.bytes, unknownRecords: 0 })
})

test('every bit of it counts: with one flipped, or a byte more or less, it is no zone', async () => {
  const { bytes } = await signed()
  for (let bit = 0; bit < bytes.byteLength * 8; bit++) {
    const flipped = Uint8Array.from(bytes)
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    expect((await openZone(flipped)).outcome, `bit ${bit}`).toBe('malformed')
  }
  for (const other of [bytes.slice(1), bytes.slice(0, -1), Uint8Array.of(...bytes, 0), new Uint8Array()]) {
    expect((await openZone(other)).outcome).toBe('malformed')
  }
}, 60_000)

test('a zone signed by another account than it names is forged', async () => {
  expect(await whyNot(await sealed({ v: 1, ...SAID }, bob))).toBe(
    'forged: This zone is signed by another key than the one of the owner it names.',
  )
})

test('what is signed for something else is no zone, whoever signed it', async () => {
  const payload = encode({ v: 1, ...SAID })
  const other = await seal({ domain: 'latch-square-post', type: '/latch/zone/1' }, payload, ada.key)
  const type = await seal({ domain: 'latch-zone', type: '/latch/zone/2' }, payload, ada.key)
  const sentence = 'malformed: This is not a zone with a signature that holds.'
  expect([await whyNot(other), await whyNot(type)]).toEqual([sentence, sentence])
})

test('fields of later versions are passed over, and so are records of later kinds, which go on with the bytes', async () => {
  const mail = { label: 'post', kind: 'mail', to: [1, { a: null }] }
  const bytes = await sealed({ v: 1, ...SAID, mood: 'good', records: [mail, ...RECORDS.map((record) => ({ ...record, colour: 3 }))] })
  expect(await opened(bytes)).toMatchObject({ zone: SAID, unknownRecords: 1, bytes })
})

test.each([
  ['another version', { v: 2 }, 'malformed: This zone cannot be read: v:'],
  ['no version', { v: undefined }, 'malformed: This zone cannot be read:'],
  ['a number of nothing', { seq: 0 }, 'malformed: This zone cannot be read: seq:'],
  ['a number beyond all', { seq: 2 ** 60 }, 'malformed: This zone cannot be read: seq:'],
  ['half a number', { seq: 1.5 }, 'malformed: This zone cannot be read: seq:'],
  ['a name that is none', { name: 'Adele' }, 'malformed: This zone cannot be read: name: not a name.'],
  ['records that are no list', { records: {} }, 'malformed: This zone cannot be read: records:'],
  ['a record that is none', { records: [null] }, 'malformed: Record 1: This record has not the form of one.'],
  ['an unknown kind without a label', { records: [{ kind: 'mail' }] }, 'malformed: Record 1: This record has no kind of the right form.'],
  ['129 records', { records: Array.from({ length: 129 }, (_, at) => ({ label: `n${at}`, kind: 'x' })) }, 'malformed: A zone has at most 128 records.'],
  ['no time at all', { expiresAtMs: SAID.issuedAtMs }, 'malformed: A zone expires after it was issued.'],
  ['too long a time', { expiresAtMs: SAID.issuedAtMs + MAX_ZONE_LASTS_MS + 1 }, 'malformed: A zone expires within 31 days of its issue.'],
  ['kept for nothing', { ttlMs: 999 }, 'malformed: This zone cannot be read: ttlMs: An answer may be kept for at least a second.'],
])('signed with %s, it is refused in one sentence', async (_, over, why) => {
  const payload = Object.fromEntries(Object.entries({ v: 1, ...SAID, ...over }).filter(([, value]) => value !== undefined))
  expect(await whyNot(await sealed(payload))).toContain(why)
})

test('ten thousand labels, and ten KiB of a few, are each too many in one sentence', async () => {
  const many = Array.from({ length: 10_000 }, (_, at) => ZoneRecord.parse({ label: `n${at}`, kind: 'text', text: '' }))
  expect(await signZone({ ...SAID, records: many }, ada.key)).toMatchObject({ why: 'A zone has at most 128 records.' })
  expect(await whyNot(await sealed({ v: 1, ...SAID, records: many }))).toMatch(/^too-large: A zone has at most 10 KiB with its signature, and this one has \d+\.\d KiB\.$/)
  const long = many.slice(0, 11).map((record) => ZoneRecord.parse({ ...record, text: 'x'.repeat(1_024) }))
  expect(await signZone({ ...SAID, records: long }, ada.key)).toMatchObject({ outcome: 'refused', record: null, why: expect.stringContaining('10 KiB') as string })
})

test('a zone of exactly ten KiB is taken, and of a byte more is not', async () => {
  const filled = (chars: number): ZoneRecord[] => {
    const lengths = [...Array<number>(9).fill(1_000), chars]
    return lengths.map((length, at) => ZoneRecord.parse({ label: `n${at}`, kind: 'text', text: 'x'.repeat(length) }))
  }
  const { bytes } = await signed({ records: filled(300) })
  const room = MAX_ZONE_BYTES - bytes.byteLength
  const largest = await signed({ records: filled(300 + room) })
  expect(largest.bytes.byteLength).toBe(MAX_ZONE_BYTES)
  expect((await opened(largest.bytes)).zone).toEqual(largest.zone)
  expect(await signZone({ ...SAID, records: filled(301 + room) }, ada.key)).toMatchObject({ outcome: 'refused' })
})

const of = (over: object): ZoneRecord => ({ label: '@', kind: 'text', text: '', ...over }) as unknown as ZoneRecord
const label = (text: string): ZoneRecord => of({ label: text })

test.each<[string, ZoneRecord, string]>([
  ['an empty label', label(''), 'A label has at least one character; @ stands for the name itself.'],
  ['129 characters', label(`${'a'.repeat(63)}.${'a'.repeat(63)}.a`), 'A label has at most 128 characters.'],
  ['64 characters in a part', label('a'.repeat(64)), 'Each part of a label has at most 63 characters.'],
  ['capitals', label('WWW'), 'Labels are written in small letters.'],
  ['Cyrillic', label('ѡѡѡ'), 'A label is made of the letters a to z, digits, hyphens and underscores, or it is @.'],
  ['a space of no width', label('w\u200bww'), 'A label is made of the letters a to z, digits, hyphens and underscores, or it is @.'],
  ['a dot at the end', label('www.'), 'A label neither begins nor ends with a dot, and has no two in a row.'],
  ['two dots', label('a..b'), 'A label neither begins nor ends with a dot, and has no two in a row.'],
  ['five parts', label('a.b.c.d.e'), 'A label has at most four parts.'],
  ['a hyphen at the end of a part', label('a-.b'), 'No part of a label begins or ends with a hyphen.'],
  ['punycode', label('a.xn--80ak6aa92e'), 'No part of a label has two hyphens as its third and fourth characters.'],
  ['@ within', label('a@b'), 'A label is made of the letters a to z, digits, hyphens and underscores, or it is @.'],
  ['a text that turns around', of({ text: 'a\u202eb' }), 'A text is one line, without control characters and marks that turn its direction.'],
  ['a text of two lines', of({ text: 'a\nb' }), 'A text is one line, without control characters and marks that turn its direction.'],
  ['half a character', of({ text: 'a\ud800' }), 'A text is one line, without control characters and marks that turn its direction.'],
  ['a long text', of({ text: 'x'.repeat(1_025) }), 'A text has at most 1,024 characters.'],
  ['no IP address', of({ kind: 'address', ip: '1.2.3', port: null }), 'An address is one of IPv4 or IPv6.'],
  ['port 0', of({ kind: 'address', ip: '1.2.3.4', port: 0 }), 'A port is at least 1.'],
  ['port 65,536', of({ kind: 'address', ip: '1.2.3.4', port: 65_536 }), 'A port is at most 65,535.'],
  ['a copy without a CID', of({ kind: 'site', cid: 'Qm' }), 'A copy of a site is named by its CID, version 1 in base32.'],
  ['a service in words', of({ kind: 'service', service: 'http', port: 1, target: '@' }), 'A service is written as _http._tcp is, its name at most 15 characters long.'],
  ['a target with a dot at its end', of({ kind: 'service', service: '_http._tcp', port: 1, target: 'a.' }), 'A service points at a label of this name or at a host, in small letters and without a dot at its end.'],
  ['nine addresses', of({ kind: 'peer', peerId: device(9), addresses: Array(9).fill('/ip4/1.2.3.4') }), 'A device has at most 8 addresses.'],
  ['an address with a space', of({ kind: 'peer', peerId: device(9), addresses: ['/ip4/1.2.3.4 '] }), 'An address of a device is made of printable ASCII without spaces.'],
  ['no device', of({ kind: 'peer', peerId: 'me', addresses: [] }), 'This record has no peerId of the right form.'],
  ['a delegated name', of({ kind: 'delegate', account: bob.account }), 'A whole name is transferred on the ledger, and not delegated.'],
])('%s: the person is told which record it is, and what is wrong with it', async (_, record, why) => {
  const wrong = { outcome: 'refused', why: `Record 2: ${why}`, record: 1 }
  expect(await signZone({ ...SAID, records: [label('fine'), record] }, ada.key)).toEqual(wrong)
})

test('a label has one site and one delegate, and what is delegated is delegated whole', () => {
  const why = (...records: object[]): unknown => {
    const checked = checkZone({ ...SAID, records: records.map(of) })
    return checked.outcome === 'valid' ? 'valid' : [checked.record, checked.why]
  }
  const [site, other] = [{ kind: 'site', cid: null }, { kind: 'site', cid: `b${'a'.repeat(58)}` }]
  const delegate = { label: 'office', kind: 'delegate', account: bob.account }
  const taken = 'Another account answers for this label, so nothing else stands at it or below it.'
  expect(why(site, { ...other, label: 'www' })).toBe('valid')
  expect(why(site, other)).toEqual([1, 'Record 2: A label has one record of the kind site.'])
  expect(why(delegate, { ...delegate, account: ada.account })).toEqual([1, `Record 2: ${taken}`])
  expect(why({ label: 'desk.office' }, delegate)).toEqual([0, `Record 1: ${taken}`])
  expect(why(delegate, { label: 'office' })).toEqual([1, `Record 2: ${taken}`])
  expect(why(delegate, { label: 'backoffice' })).toBe('valid')
  expect(why({ text: 'a' }, { text: 'b' })).toBe('valid')
  expect(why({ text: 'a' }, { text: 'a' })).toEqual([1, 'Record 2: This record is there already.'])
  const peer = { kind: 'peer', peerId: device(9), addresses: [] }
  expect(why(peer, { ...peer, addresses: ['/ip4/1.2.3.4'] })).toEqual([1, 'Record 2: This record is there already.'])
})

const part = fc.stringMatching(/^[a-z0-9_]([a-z0-9_]{0,8}[a-z0-9_])?$/)
const labels = fc.oneof(fc.constant('@'), fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.')))
const port = fc.integer({ min: 1, max: 65_535 })
const text = fc.string({ unit: 'binary', maxLength: 60 })
const records = fc
  .oneof(
    fc.record({ label: labels, kind: fc.constant('text'), text }),
    fc.record({ label: labels, kind: fc.constant('address'), ip: fc.oneof(fc.ipV4(), fc.ipV6()), port: fc.option(port) }),
    fc.record({ label: labels, kind: fc.constant('site'), cid: fc.constant(null) }),
    fc.record({ label: labels, kind: fc.constant('service'), service: fc.constant('_http._tcp'), port, target: labels }),
    fc.record({ label: labels, kind: fc.constant('delegate'), account: fc.constant(bob.account) }),
  )
  .map((record) => record as ZoneRecord)

test('whatever can be signed is read by everybody as it was signed', async () => {
  let count = 0
  await fc.assert(
    fc.asyncProperty(fc.array(records, { maxLength: 20 }), fc.integer({ min: 1, max: 2 ** 50 }), async (list, seq) => {
      const built = await signZone({ ...SAID, seq, records: list }, ada.key)
      if (built.outcome === 'refused') expect(built.why).toMatch(/^[A-Z].*\.$/)
      else expect(await opened(built.signed.bytes)).toEqual(built.signed)
      if (built.outcome === 'signed') count += 1
    }),
    { numRuns: 500 },
  )
  expect(count).toBeGreaterThan(50)
})

test('a label is taken or refused as the rules in words say', () => {
  const char = fc.constantFrom('a', 'z', '0', '_', '-', '.', '@', 'A', 'é')
  const one = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/
  fc.assert(
    fc.property(fc.string({ unit: char, maxLength: 12 }), (typed) => {
      const parts = typed.split('.')
      const is = typed === '@' || (parts.length <= 4 && parts.every((each) => one.test(each) && each.slice(2, 4) !== '--'))
      expect(ZoneLabel.safeParse(typed).success).toBe(is)
    }),
    { numRuns: 5_000 },
  )
})

test('the next zone has a higher number, also where the clock was set back or nothing is known', () => {
  const draft = { network: SAID.network, name: SAID.name, owner: SAID.owner, records: RECORDS }
  const first = nextZone(null, draft, NOW)
  expect(first).toMatchObject({ seq: NOW, issuedAtMs: NOW, expiresAtMs: NOW + 14 * DAY, ttlMs: 5 * MINUTE })
  expect(checkZone(first)).toEqual({ outcome: 'valid', zone: first })
  expect(nextZone(first, { ...draft, ttlMs: 60_000 }, NOW - DAY)).toMatchObject({ seq: NOW + 1, issuedAtMs: NOW - DAY, ttlMs: 60_000 })
  expect(nextZone({ ...first, ttlMs: 7_000 }, draft, NOW + 0.5)).toMatchObject({ seq: NOW + 1, ttlMs: 7_000 })
})
