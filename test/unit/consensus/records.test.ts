import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  checkCertificate,
  checkEvidence,
  decodeCertificate,
  decodeEvidence,
  encodeCertificate,
  encodeEvidence,
  sessionOf,
  valueOf,
  type Certificate,
  type Evidence,
} from '../../../src/main/features/consensus/index.ts'
import { signedBytes } from '../../../src/main/features/consensus/session.ts'
import { DecodeError, encode } from '../../../src/main/platform/cbor.ts'
import { factsOf, keyOf, standInSign, standInVerify } from './stand-in.ts'

const facts = factsOf(4, 1)
const session = sessionOf(facts, 1)
const [low, high] = [valueOf(Buffer.from('one')), valueOf(Buffer.from('two'))].toSorted((a, b) => Buffer.compare(a, b)) as [
  Uint8Array,
  Uint8Array,
]
const sign = (by: number, saying: 'first' | 'commit', value: Uint8Array): Uint8Array =>
  standInSign(by, signedBytes(saying, session.id, value))
const evidence: Evidence = {
  saying: 'first',
  facts,
  by: 1,
  values: [low, high],
  signatures: [sign(1, 'first', low), sign(1, 'first', high)],
}
const certificate: Certificate = {
  value: low,
  commits: [3, 0].map((by) => ({ by, signature: sign(by, 'commit', low) })),
}
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe('evidence', () => {
  test('comes back as it was, and proves the same', () => {
    const back = decodeEvidence(encodeEvidence(evidence))
    expect(back).toEqual(evidence)
    expect(checkEvidence(back, standInVerify)).toEqual({
      verdict: 'proven',
      why: 'validator 2 proposed two blocks in slot 7',
      key: keyOf(1),
    })
  })

  test('of the largest roster fits', () => {
    const validators = Array.from({ length: 64 }, (_none, by) => keyOf(by))
    const largest = { ...evidence, facts: { ...facts, network: 'n'.repeat(128), validators, slot: 2 ** 52 } }
    expect(decodeEvidence(encodeEvidence(largest))).toEqual(largest)
  })

  // Pinned by their hash: the bytes are a page long.
  test('has the bytes of 1.0.0', () => {
    expect(sha256(encodeEvidence(evidence))).toBe('cb0d513532b42d99c1dbee9f01445baf6d44dfd534c8cf3fdeccddb42f6e1a00')
    expect(sha256(encodeCertificate(certificate))).toBe('c97acfc0825536009ce6cfbd40ee0cb257603692cd3ecd5f24e6aee7ab376efc')
  })

  test.each([
    ['a saying that may be said twice', { saying: 'second' }],
    ['a validator of no roster', { by: 64 }],
    ['one value', { values: [low] }],
    ['a value that is none', { values: [low, new Uint8Array(36)] }],
    ['a short signature', { signatures: [new Uint8Array(63), new Uint8Array(64)] }],
    ['a field more', { note: '' }],
    ['a roster of nobody', { facts: { ...facts, validators: [] } }],
    ['a roster of 65', { facts: { ...facts, validators: Array.from({ length: 65 }, () => keyOf(0)) } }],
    ['a network with a novel for a name', { facts: { ...facts, network: 'n'.repeat(129) } }],
  ])('with %s is none', (_what, change) => {
    expect(() => decodeEvidence(encode({ ...evidence, ...change }))).toThrow(DecodeError)
  })

  test('with a signature of somebody else, or over something else, proves nothing', () => {
    for (const signatures of [
      [sign(2, 'first', low), sign(1, 'first', high)],
      [sign(1, 'first', low), sign(1, 'commit', high)],
      [sign(1, 'first', low), sign(1, 'first', low)],
    ] as const) {
      expect(checkEvidence({ ...evidence, signatures }, standInVerify).verdict).toBe('refused')
    }
  })
})

describe('a certificate', () => {
  test('comes back in the order of the roster, and holds', () => {
    const back = decodeCertificate(encodeCertificate(certificate))
    expect(back.commits.map(({ by }) => by)).toEqual([0, 3])
    expect(checkCertificate(back, session, standInVerify)).toEqual({
      verdict: 'valid',
      why: '2 of 4 committed',
      signers: 0b1001n,
    })
  })

  test.each([
    ['too few commits', certificate.commits.slice(1), '1 commits of 2'],
    ['one commit twice', [certificate.commits[0], certificate.commits[0]], 'validator 3 twice'],
    ['a commit from outside', [certificate.commits[0], { ...certificate.commits[1], by: 4 }], 'validator 4 of 4'],
    [
      'a first that is shown as a commit',
      [certificate.commits[0], { by: 2, signature: sign(2, 'first', low) }],
      'the commit of validator 2 does not hold',
    ],
    [
      'a commit to another value',
      [certificate.commits[0], { by: 2, signature: sign(2, 'commit', high) }],
      'the commit of validator 2 does not hold',
    ],
  ])('with %s is none', (_what, commits, why) => {
    const changed = { value: low, commits } as Certificate
    expect(checkCertificate(changed, session, standInVerify)).toEqual({ verdict: 'refused', why })
  })
})

test('any bytes are evidence, a certificate, or refused, and nothing else happens', () => {
  const good = [encodeEvidence(evidence), encodeCertificate(certificate)]
  const changed = fc
    .tuple(fc.constantFrom(...good), fc.nat(10_000), fc.nat(255))
    .map(([bytes, at, byte]) => bytes.with(at % bytes.length, byte))
  let [taken, refused] = [0, 0]
  fc.assert(
    fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 200 })), (bytes) => {
      for (const read of [decodeEvidence, decodeCertificate]) {
        try {
          read(bytes)
          taken++
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError)
          refused++
        }
      }
    }),
    { numRuns: 2_000 },
  )
  expect(Math.min(taken, refused)).toBeGreaterThan(100)
})
