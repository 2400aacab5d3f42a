import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DisplayName } from '../../../src/shared/model/identity.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { HelloError } from '../../../src/main/protocols/hello/errors.ts'
import {
  cleanText,
  decodeClosing,
  decodeHello,
  decodeReply,
  encodeHello,
  encodeRefusal,
  encodeTaken,
} from '../../../src/main/protocols/hello/messages.ts'

const hello = { version: 1, deviceList: new Uint8Array([1, 2, 3]), name: 'Ada', agent: 'latch/0.1.0' } as const

/** Golden: added to, never edited. */
const GOLDEN = {
  hello: 'a4646e616d6563416461656167656e746b6c617463682f302e312e306776657273696f6e016a6465766963654c69737443010203',
  taken: 'a166737461747573626f6b',
  refused: 'a166737461747573696d616c666f726d6564',
  olderList: 'a2666e6577657374420908667374617475736a6f6c6465722d6c697374',
}

function statusOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof HelloError) return `${error.status} ${error.points}`
    throw error
  }
  return 'read'
}

/** Every decoder reads it or names a status; none throws anything else. */
function expectAnswers(bytes: Uint8Array): void {
  for (const decode of [decodeHello, decodeReply, decodeClosing]) {
    expect(statusOf(() => decode(bytes))).toMatch(/^(read|malformed|unknown)/)
  }
}

describe('the messages of hello', () => {
  it('are these bytes, for good', () => {
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
    expect(hex(encodeHello(hello))).toBe(GOLDEN.hello)
    expect(hex(encodeTaken())).toBe(GOLDEN.taken)
    expect(hex(encodeRefusal({ status: 'malformed' }))).toBe(GOLDEN.refused)
    expect(hex(encodeRefusal({ status: 'older-list', newest: new Uint8Array([9, 8]) }))).toBe(GOLDEN.olderList)
  })

  it('read as what was written', () => {
    const bytes = (hex: string): Uint8Array => Buffer.from(hex, 'hex')
    expect(decodeHello(bytes(GOLDEN.hello))).toEqual(hello)
    expect(decodeReply(bytes(GOLDEN.hello))).toEqual({ kind: 'hello', hello })
    expect(decodeReply(bytes(GOLDEN.olderList))).toEqual({
      kind: 'refusal',
      refusal: { status: 'older-list', newest: new Uint8Array([9, 8]) },
    })
    expect(decodeClosing(bytes(GOLDEN.taken))).toBeNull()
    expect(decodeClosing(bytes(GOLDEN.refused))).toEqual({ status: 'malformed' })
    expect(decodeClosing(null)).toBeNull()
  })

  it('of a later version are told apart from nonsense, and fields of a later Latch are passed over', () => {
    expect(statusOf(() => decodeHello(encode({ version: 2, of: 'another shape' })))).toBe('unknown-version 1')
    expect(decodeHello(encode({ ...hello, later: true }))).toEqual(hello)
  })

  it.each([
    ['no message at all', null],
    ['no bytes', new Uint8Array()],
    ['half a message', Buffer.from(GOLDEN.hello, 'hex').subarray(0, 20)],
    ['a message and more', Buffer.from(`${GOLDEN.hello}00`, 'hex')],
    ['no version', encode({ ...hello, version: '1' })],
    ['no list', encode({ ...hello, deviceList: 'text' })],
    ['an empty list', encode({ ...hello, deviceList: new Uint8Array() })],
    ['a list of more than 8 KiB', encode({ ...hello, deviceList: new Uint8Array(8 * 1024 + 1) })],
    ['a name of a thousand letters', encode({ ...hello, name: 'x'.repeat(1_000) })],
    ['more than 16 KiB', encode({ ...hello, padding: new Uint8Array(16 * 1024) })],
    ['a number', encode(7)],
  ])('that are %s are malformed', (_, bytes) => {
    expect(statusOf(() => decodeHello(bytes))).toBe('malformed 10')
  })

  it('with a status that nobody knows are malformed', () => {
    expect(statusOf(() => decodeReply(encode({ status: 'so-so' })))).toBe('malformed 10')
    expect(statusOf(() => decodeReply(encode({ status: 'ok' })))).toBe('malformed 10')
    expect(statusOf(() => decodeClosing(encode({ status: 'so-so' })))).toBe('malformed 10')
  })

  it('whatever the bytes, are read or refused with a status', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expectAnswers(bytes)
      }),
      { verbose: true },
    )
  })

  it('whatever the value, are read or refused with a status', () => {
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.uint8Array(),
        fc.array(tie('any')),
        fc.dictionary(fc.constantFrom('version', 'status', 'name', 'deviceList', 'newest', 'agent'), tie('any')),
      ),
    }))
    fc.assert(
      fc.property(value.any, (any) => {
        expectAnswers(encode(any))
      }),
      { verbose: true },
    )
  })
})

describe("a stranger's name", () => {
  it.each([
    ['Ada', 'Ada'],
    ['  Ada   Lovelace ', 'Ada Lovelace'],
    ['Ada\u0000\u0007\u001B[31m', 'Ada[31m'],
    ['\u202Efdp.exe', 'fdp.exe'],
    ['a\u2066b\u2069c\u200Fd\u200Be\uFEFF', 'abcde'],
    ['two\nlines\u2028three', 'two lines three'],
    ['half \uD83D of a pair', 'half of a pair'],
    ['\u200B\u202E', ''],
  ])('%j is shown as %j', (raw, shown) => {
    expect(cleanText(raw, 64)).toBe(shown)
  })

  it('is cut between characters, never inside one', () => {
    expect(cleanText(`${'x'.repeat(63)}😀`, 64)).toBe('x'.repeat(63))
    expect(cleanText('😀'.repeat(40), 64)).toBe('😀'.repeat(32))
  })

  it('is a name that anybody may have, or nothing; and cleaning it again changes nothing', () => {
    const awkward = fc.constantFrom(' ', '\n', '\u202E', '\u200B', '\uD83D', '\uDE00', 'a', '\u00A0')
    const unit = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: awkward }))
    fc.assert(
      fc.property(unit, (raw) => {
        const clean = cleanText(raw, 64)
        if (clean !== '') expect(DisplayName.parse(clean)).toBe(clean)
        expect(cleanText(clean, 64)).toBe(clean)
      }),
      { verbose: true, numRuns: 1_000 },
    )
  })
})
