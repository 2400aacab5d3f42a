import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DecodeError, decode, encode } from '../../../src/main/platform/cbor.ts'
import {
  Attended,
  Described,
  Found,
  Notice,
  Probed,
  Registered,
  Request,
  Unregistered,
} from '../../../src/main/protocols/introduction/messages.ts'
import { MAX_FRAME_BYTES, MAX_REQUEST_BYTES } from '../../../src/main/protocols/introduction/constants.ts'
import { bytes, hex, idOf, unhex } from './devices.ts'

const device = '12D3KooWK99VoVxNE7XzyBwXEzW7xhK7Gpv85r9F3V3fyKSUKPH5'

/** Bytes that 1.0.0 has written. Others may be added; none of these may ever change. */
const golden = {
  requests: [
    [{ kind: 'describe' }, 'a1646b696e64686465736372696265'],
    [
      { kind: 'register', registration: bytes(4, 7) },
      'a2646b696e646872656769737465726c726567697374726174696f6e4407070707',
    ],
    [{ kind: 'unregister' }, 'a1646b696e646a756e7265676973746572'],
    [
      { kind: 'discover', topic: bytes(32, 8), limit: 64 },
      'a3646b696e6468646973636f766572656c696d6974184065746f70696358200808080808080808080808080808080808080808' +
        '080808080808080808080808',
    ],
    [
      { kind: 'discover', topic: bytes(32, 8), limit: 1, after: 'z9' },
      'a4646b696e6468646973636f766572656166746572627a39656c696d69740165746f7069635820080808080808080808080808' +
        '0808080808080808080808080808080808080808',
    ],
    [
      { kind: 'locate', peerIds: [device] },
      'a2646b696e64666c6f636174656770656572496473817834313244334b6f6f574b3939566f56784e4537587a79427758457a57' +
        '3778684b37477076383572394633563366794b53554b504835',
    ],
    [{ kind: 'probe', ports: [4001, 443] }, 'a2646b696e646570726f626565706f72747382190fa11901bb'],
    [{ kind: 'attend' }, 'a1646b696e6466617474656e64'],
  ],
  replies: [
    [
      Described,
      {
        status: 'described',
        record: bytes(3, 1),
        others: [bytes(2, 2)],
        nowMs: 1_800_000_000_000,
        observed: '/ip4/8.8.8.8/tcp/4001',
        relay: { durationMs: 1_800_000, dataBytes: 67_108_864 },
        draining: false,
      },
      'a7656e6f774d731b000001a3185c50006572656c6179a2696461746142797465731a040000006a6475726174696f6e4d731a00' +
        '1b7740666f746865727381420202667265636f726443010101667374617475736964657363726962656468647261696e696e67' +
        'f4686f62736572766564752f6970342f382e382e382e382f7463702f34303031',
    ],
    [
      Described,
      { status: 'described', record: bytes(3, 1), others: [], nowMs: 1, observed: '', relay: null, draining: true },
      'a7656e6f774d73016572656c6179f6666f746865727380667265636f7264430101016673746174757369646573637269626564' +
        '68647261696e696e67f5686f6273657276656460',
    ],
    [
      Registered,
      { status: 'registered', expiresMs: 1_800_000_000_000 },
      'a2667374617475736a7265676973746572656469657870697265734d731b000001a3185c5000',
    ],
    [Unregistered, { status: 'unregistered' }, 'a1667374617475736c756e72656769737465726564'],
    [
      Found,
      { status: 'found', registrations: [bytes(4, 7)], more: 'z9' },
      'a3646d6f7265627a396673746174757365666f756e646d726567697374726174696f6e73814407070707',
    ],
    [
      Found,
      { status: 'found', registrations: [], more: null },
      'a3646d6f7265f66673746174757365666f756e646d726567697374726174696f6e7380',
    ],
    [
      Probed,
      {
        status: 'probed',
        results: [
          { port: 4001, reached: true },
          { port: 443, reached: false },
        ],
      },
      'a2667374617475736670726f62656467726573756c747382a264706f7274190fa16772656163686564f5a264706f72741901bb' +
        '6772656163686564f4',
    ],
    [Attended, { status: 'attended' }, 'a16673746174757368617474656e646564'],
    [Registered, { status: 'refused', code: 'replayed' }, 'a264636f6465687265706c61796564667374617475736772656675736564'],
    [Found, { status: 'malformed' }, 'a166737461747573696d616c666f726d6564'],
    [Notice, { kind: 'draining', withinMs: 30_000 }, 'a2646b696e6468647261696e696e676877697468696e4d73197530'],
  ],
} as const

describe('the bytes of 1.0.0', () => {
  test.each(golden.requests)('request %#', (value, text) => {
    expect(hex(encode(value))).toBe(text)
    expect(decode(unhex(text), Request, MAX_REQUEST_BYTES)).toEqual(value)
  })

  test.each(golden.replies)('reply %#', (schema, value, text) => {
    expect(hex(encode(value))).toBe(text)
    expect(decode(unhex(text), schema, MAX_FRAME_BYTES)).toEqual(value)
  })
})

const isTaken = (value: unknown): boolean => {
  try {
    decode(encode(value), Request, MAX_REQUEST_BYTES)
    return true
  } catch (error) {
    if (error instanceof DecodeError) return false
    throw error
  }
}

describe('a request', () => {
  const discover = { kind: 'discover', topic: bytes(32, 1), limit: 10 }

  test('with fields of a later version is taken without them', () => {
    expect(decode(encode({ kind: 'attend', mood: 'good' }), Request, 100)).toEqual({ kind: 'attend' })
  })

  test.each([
    ['a topic of 31 bytes', { ...discover, topic: bytes(31, 1) }, false],
    ['a topic of 33 bytes', { ...discover, topic: bytes(33, 1) }, false],
    ['an oversized topic', { ...discover, topic: bytes(4_000, 1) }, false],
    ['a topic in the clear', { ...discover, topic: 'x'.repeat(32) }, false],
    ['64 wanted', { ...discover, limit: 64 }, true],
    ['65 wanted', { ...discover, limit: 65 }, false],
    ['none wanted', { ...discover, limit: 0 }, false],
    ['half of one wanted', { ...discover, limit: 0.5 }, false],
    ['a long cookie', { ...discover, after: 'z'.repeat(33) }, false],
    ['an empty cookie', { ...discover, after: '' }, false],
    ['sixteen peers', { kind: 'locate', peerIds: Array.from({ length: 16 }, (_, n) => idOf(n)) }, true],
    ['seventeen peers', { kind: 'locate', peerIds: Array.from({ length: 17 }, (_, n) => idOf(n)) }, false],
    ['no peers', { kind: 'locate', peerIds: [] }, false],
    ['a peer that is none', { kind: 'locate', peerIds: ['nobody'] }, false],
    ['four ports', { kind: 'probe', ports: [1, 2, 3, 65_535] }, true],
    ['five ports', { kind: 'probe', ports: [1, 2, 3, 4, 5] }, false],
    ['no port', { kind: 'probe', ports: [] }, false],
    ['port 0', { kind: 'probe', ports: [0] }, false],
    ['port 65536', { kind: 'probe', ports: [65_536] }, false],
    ['an address to probe', { kind: 'probe', ports: ['8.8.8.8:22'] }, false],
    ['an empty registration', { kind: 'register', registration: bytes(0, 0) }, false],
    ['a registration that is text', { kind: 'register', registration: 'me' }, false],
    ['an unknown kind', { kind: 'kick' }, false],
    ['no kind', {}, false],
  ])('with %s', (_what, value, taken) => {
    expect(isTaken(value)).toBe(taken)
  })

  test('of any bytes is taken or refused, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (junk) => {
        try {
          decode(junk, Request, MAX_REQUEST_BYTES)
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError)
        }
      }),
      { verbose: true },
    )
  })

  test('of any value is taken or refused, and nothing else happens', () => {
    const kinds = fc.constantFrom('describe', 'register', 'unregister', 'discover', 'locate', 'probe', 'attend')
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.uint8Array({ maxLength: 40 }),
      fc.array(fc.oneof(fc.integer(), fc.string()), { maxLength: 20 }),
    )
    const keys = fc.constantFrom('topic', 'limit', 'after', 'peerIds', 'ports', 'registration')
    fc.assert(
      fc.property(kinds, fc.dictionary(keys, value), (kind, rest) => {
        expect(isTaken({ ...rest, kind })).toBeTypeOf('boolean')
      }),
      { verbose: true },
    )
  })
})

describe('an answer', () => {
  test('that refuses with a code of a later version is a refusal', () => {
    expect(decode(encode({ status: 'refused', code: 'asleep' }), Registered, 100)).toEqual({
      status: 'refused',
      code: 'denied',
    })
    expect(decode(encode({ status: 'refused', code: 'toString' }), Registered, 100)).toMatchObject({ code: 'denied' })
  })

  test.each([
    ['of another request', Registered, { status: 'found', registrations: [], more: null }],
    ['with 65 registrations', Found, { status: 'found', registrations: Array(65).fill(bytes(1, 1)), more: null }],
    ['with a registration too long', Found, { status: 'found', registrations: [bytes(4_097, 1)], more: null }],
    ['with a limit below nothing', Described, { ...golden.replies[0][1], relay: { durationMs: -1, dataBytes: null } }],
    ['with nine others', Described, { ...golden.replies[0][1], others: Array(9).fill(bytes(1, 1)) }],
    ['with a time that is none', Registered, { status: 'registered', expiresMs: -1 }],
    ['with a notice of a day', Notice, { kind: 'draining', withinMs: 86_400_000 }],
  ] as const)('%s is not taken', (_what, schema, value) => {
    expect(() => decode(encode(value), schema, MAX_FRAME_BYTES)).toThrow(DecodeError)
  })
})
