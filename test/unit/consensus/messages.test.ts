import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hex } from '../../../src/main/features/consensus/bytes.ts'
import { sessionId, signedBytes } from '../../../src/main/features/consensus/session.ts'
import { DecodeError, decode, encode } from '../../../src/main/platform/cbor.ts'
import { MAX_FRAME_BYTES, MAX_PAYLOAD_BYTES } from '../../../src/main/protocols/consensus/index.ts'
import { Frame, Heard } from '../../../src/main/protocols/consensus/messages.ts'
import { factsOf } from './stand-in.ts'

const unhex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'))
const filled = (length: number, of: number): Uint8Array => new Uint8Array(length).fill(of)
const session = filled(32, 1)
const value = new Uint8Array([0x01, 0x71, 0x12, 0x20, ...filled(32, 2)])
const signature = filled(64, 3)

const valueFrame = {
  sentMs: 12,
  message: { kind: 'value', session, value, signatures: [{ by: 0, place: 1, signature }], payload: filled(3, 4) },
}
const quorumFrame = {
  sentMs: -5,
  message: { kind: 'quorum', session, value, firsts: [{ by: 1, signature }], commits: [], payload: null },
}
const commitFrame = { sentMs: 0, message: { kind: 'commit', session, value, commits: [{ by: 63, signature }] } }

const [ones, threes] = ['01'.repeat(32), '03'.repeat(64)]
const valueHex = `582401711220${'02'.repeat(32)}`

/** Bytes that 1.0.0 has written. Others may be added; none of these may ever change. */
const golden = {
  frames: [
    [
      valueFrame,
      `a26673656e744d730c676d657373616765a5646b696e646576616c75656576616c7565${valueHex}677061796c6f616443040404` +
        `6773657373696f6e5820${ones}6a7369676e61747572657381a36262790065706c61636501697369676e61747572655840${threes}`,
    ],
    [
      quorumFrame,
      `a26673656e744d7324676d657373616765a6646b696e646671756f72756d6576616c7565${valueHex}6666697273747381a26262` +
        `7901697369676e61747572655840${threes}67636f6d6d69747380677061796c6f6164f6` +
        `6773657373696f6e5820${ones}`,
    ],
    [
      commitFrame,
      `a26673656e744d7300676d657373616765a4646b696e6466636f6d6d69746576616c7565${valueHex}67636f6d6d69747381a2626279` +
        `183f697369676e61747572655840${threes}6773657373696f6e5820${ones}`,
    ],
  ],
} as const

describe('the bytes of 1.0.0', () => {
  test.each(golden.frames)('frame %#', (frame, text) => {
    expect(hex(encode(frame))).toBe(text)
    expect(decode(unhex(text), Frame, MAX_FRAME_BYTES)).toEqual(frame)
  })

  test('heard', () => {
    const text = 'a2646b696e64656865617264666c6174654d731819'
    expect(hex(encode({ kind: 'heard', lateMs: 25 }))).toBe(text)
    expect(decode(unhex(text), Heard, 128)).toEqual({ kind: 'heard', lateMs: 25 })
  })

  test('a session', () => {
    expect(hex(sessionId(factsOf(4, 1)))).toBe('9d5e7cba2b26d969a05e51f2f0e3b56efb39bd7610e1fd8a717d18f24888d6a7')
  })

  // The length and text of the domain, of the type, and of the rest: what an envelope of RFC 0002 signs.
  test.each([
    ['first', '15', '18'],
    ['second', '16', '19'],
    ['commit', '16', '19'],
  ] as const)('what is signed as %s', (saying, domainLength, typeLength) => {
    const [domain, type] = [`latch-consensus-${saying}`, `/latch/consensus-${saying}/1`].map((text) =>
      Buffer.from(text).toString('hex'),
    )
    expect(hex(signedBytes(saying, session, value))).toBe(
      `${domainLength}${domain}${typeLength}${type}44${ones}01711220${'02'.repeat(32)}`,
    )
  })
})

describe('a frame', () => {
  const isTaken = (frame: unknown): boolean => {
    try {
      decode(encode(frame), Frame, MAX_FRAME_BYTES)
      return true
    } catch (error) {
      if (error instanceof DecodeError) return false
      throw error
    }
  }
  const withMessage = (change: object): unknown => ({ ...valueFrame, message: { ...valueFrame.message, ...change } })
  const vote = { by: 0, place: 1, signature }

  test('with fields of a later version is taken without them, a mask of signers among them', () => {
    expect(decode(encode(withMessage({ mask: 255 })), Frame, MAX_FRAME_BYTES)).toEqual(valueFrame)
  })

  test('of the largest block and the most signatures fits', () => {
    const all = Array.from({ length: 64 }, (_none, by) => ({ by, signature }))
    const payload = new Uint8Array(MAX_PAYLOAD_BYTES)
    const message = { ...quorumFrame.message, firsts: all, commits: all, payload }
    expect(isTaken({ sentMs: 86_400_000, message })).toBe(true)
  })

  test.each([
    ['a session of 31 bytes', withMessage({ session: filled(31, 1) })],
    ['a value of another codec', withMessage({ value: new Uint8Array([1, 0x55, 0x12, 0x20, ...filled(32, 2)]) })],
    ['a longer value', withMessage({ value: new Uint8Array([...value, 0]) })],
    ['no signatures', withMessage({ signatures: [] })],
    ['65 signatures', withMessage({ signatures: Array.from({ length: 65 }, () => vote) })],
    ['a validator below 0', withMessage({ signatures: [{ ...vote, by: -1 }] })],
    ['validator 64', withMessage({ signatures: [{ ...vote, by: 64 }] })],
    ['half a validator', withMessage({ signatures: [{ ...vote, by: 0.5 }] })],
    ['a third place', withMessage({ signatures: [{ ...vote, place: 3 }] })],
    ['a signature of 63 bytes', withMessage({ signatures: [{ ...vote, signature: filled(63, 3) }] })],
    ['a signature that is text', withMessage({ signatures: [{ ...vote, signature: 'x'.repeat(64) }] })],
    ['an empty block', withMessage({ payload: new Uint8Array() })],
    ['a block too large', withMessage({ payload: new Uint8Array(MAX_PAYLOAD_BYTES + 1) })],
    ['a block that is text', withMessage({ payload: 'none' })],
    ['an unknown kind', withMessage({ kind: 'veto' })],
    ['a time beyond a day', { ...valueFrame, sentMs: 86_400_001 }],
    ['no message', { sentMs: 0 }],
  ])('with %s is refused', (_what, frame) => {
    expect(isTaken(frame)).toBe(false)
  })

  test('of any bytes is taken or refused, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (junk) => {
        try {
          decode(junk, Frame, MAX_FRAME_BYTES)
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError)
        }
      }),
    )
  })

  test('with any byte changed is taken or refused, and nothing else happens', () => {
    const bytes = encode(valueFrame)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
        const changed = bytes.with(at, byte)
        try {
          expect(encode(decode(changed, Frame, MAX_FRAME_BYTES)).byteLength).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError)
        }
      }),
    )
  })
})
