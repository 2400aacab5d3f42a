import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DecodeError, decode, encode } from '../../../src/main/platform/cbor.ts'
import { MAX_HEADER_BYTES, RequestHeader, ResponseHeader } from '../../../src/main/protocols/app/index.ts'

const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex')
const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))

/** Bytes that 1.0.0 has written. Others may be added; none of these may ever change. */
const golden = {
  requests: [
    [
      { app: 'notes', method: 'stick', bytes: 17, as: 'json', deadlineMs: 120_000 },
      'a5626173646a736f6e63617070656e6f74657365627974657311666d6574686f6465737469636b6a646561646c696e654d' +
        '731a0001d4c0',
    ],
    [
      { app: 'shared.list', method: 'list/export', bytes: null, as: 'pieces', deadlineMs: 3_600_000 },
      'a562617366706965636573636170706b7368617265642e6c697374656279746573f6666d6574686f646b6c6973742f6578' +
        '706f72746a646561646c696e654d731a0036ee80',
    ],
  ],
  responses: [
    [{ status: 'go-on' }, 'a16673746174757365676f2d6f6e'],
    [{ status: 'ok', bytes: 2, as: 'json' }, 'a3626173646a736f6e6562797465730266737461747573626f6b'],
    [{ status: 'ok', bytes: null, as: 'pieces' }, 'a362617366706965636573656279746573f666737461747573626f6b'],
    [
      { status: 'no-program', bytes: 0, as: 'bytes' },
      'a362617365627974657365627974657300667374617475736a6e6f2d70726f6772616d',
    ],
    [
      { status: 'knock-first', bytes: 0, as: 'bytes' },
      'a362617365627974657365627974657300667374617475736b6b6e6f636b2d6669727374',
    ],
  ],
} as const

const readRequest = (bytes: Uint8Array) => decode(bytes, RequestHeader, MAX_HEADER_BYTES)
const readResponse = (bytes: Uint8Array) => decode(bytes, ResponseHeader, MAX_HEADER_BYTES)

describe('golden bytes', () => {
  test.each(golden.requests)('of a request %j', (header, bytes) => {
    expect(hex(encode(header))).toBe(bytes)
    expect(readRequest(unhex(bytes))).toEqual(header)
  })

  test.each(golden.responses)('of a response %j', (header, bytes) => {
    expect(hex(encode(header))).toBe(bytes)
    expect(readResponse(unhex(bytes))).toEqual(header)
  })
})

const request = { app: 'notes', method: 'stick', bytes: 0, as: 'bytes', deadlineMs: 1_000 }

describe('a header', () => {
  test('of a newer Latch is read, what is unknown of it passed over', () => {
    expect(readRequest(encode({ ...request, as: 'video', colour: 'blue' }))).toEqual(request)
    expect(readResponse(encode({ status: 'teapot', bytes: 0, as: 'leaves', tea: 1 }))).toEqual({ status: 'failed', bytes: 0, as: 'bytes' })
  })

  test.each([
    ['an app that is none', { app: 'Notes' }],
    ['an app too long', { app: 'a'.repeat(64) }],
    ['no method', { method: '' }],
    ['a method that climbs', { method: 'list/../admin' }],
    ['a method that is empty between slashes', { method: 'list//add' }],
    ['a method with spaces', { method: 'list add' }],
    ['a method too long', { method: 'm'.repeat(129) }],
    ['less than no bytes', { bytes: -1 }],
    ['half a byte', { bytes: 1.5 }],
    ['no time', { deadlineMs: 0 }],
    ['all the time in the world', { deadlineMs: 3_600_001 }],
    ['a word for the length', { bytes: 'many' }],
    ['one piece of any length', { bytes: null }],
    ['one piece that is too large', { bytes: 1024 * 1024 + 1, as: 'json' }],
  ])('with %s is refused', (_what, over) => {
    expect(() => readRequest(encode({ ...request, ...over }))).toThrow(DecodeError)
  })

  test('above 4 KiB is refused before it is looked at', () => {
    expect(() => readRequest(encode({ ...request, padding: 'x'.repeat(MAX_HEADER_BYTES) }))).toThrow(/bytes where at most/)
  })

  test('is read, or refused with a reason, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, isRequest) => {
        try {
          const header = isRequest ? readRequest(bytes) : readResponse(bytes)
          expect(header).toBeTypeOf('object')
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
