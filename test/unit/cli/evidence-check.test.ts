import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { peerIdFromPublicKey } from '@libp2p/peer-id'
import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkRecord } from '../../../src/cli/ledger/evidence-check.ts'
import { checkFile, describeChecked } from '../../../src/cli/ledger/evidence-file.ts'
import { blockIdOf, networkIdOf } from '../../../src/main/features/ledger/index.ts'
import {
  checkEvidence,
  createVerify,
  decodeEvidence,
  encodeEvidence,
  sessionOf,
  valueOf,
  type Evidence,
} from '../../../src/main/features/consensus/index.ts'
import { signedBytes } from '../../../src/main/features/consensus/session.ts'
import { DecodeError } from '../../../src/main/platform/cbor.ts'

const pairs = Array.from({ length: 4 }, () => generateKeyPairSync('ed25519'))
const keys = pairs.map(({ publicKey }) => new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')))
const digest = (text: string): string => createHash('sha256').update(text).digest('hex')
const network = networkIdOf(digest('network'))
const [low, high] = [valueOf(Buffer.from('one')), valueOf(Buffer.from('two'))].toSorted((a, b) => Buffer.compare(a, b)) as [
  Uint8Array,
  Uint8Array,
]

function evidenceOf(by: number, leader: number, saying: 'first' | 'commit' = 'first'): Evidence {
  const facts = { network, validators: keys, leader, slot: 7, parent: valueOf(Buffer.from('parent')) }
  const session = sessionOf(facts, 1).id
  const signed = (value: Uint8Array): Uint8Array => {
    const key = pairs[by]?.privateKey
    if (key === undefined) throw new Error('no such validator')
    return new Uint8Array(sign(null, signedBytes(saying, session, value), key))
  }
  return { saying, facts, by, values: [low, high], signatures: [signed(low), signed(high)] }
}

/** What the node says of the same bytes. */
function byTheNode(record: Uint8Array): 'proven' | 'refused' {
  try {
    return checkEvidence(decodeEvidence(record), createVerify()).verdict
  } catch (error) {
    if (error instanceof DecodeError) return 'refused'
    throw error
  }
}

const told = evidenceOf(1, 1)
const record = encodeEvidence(told)
const exported = {
  id: createHash('sha256').update(record).digest('hex'),
  network,
  validator: { peerId: peerIdFromPublicKey(publicKeyFromRaw(keys[1] ?? new Uint8Array())).toString(), label: 'x', mine: false },
  slot: 7,
  leader: 1,
  saying: 'first',
  key: Buffer.from(keys[1] ?? []).toString('hex'),
  blocks: [low, high].map((value) => blockIdOf(Buffer.from(value).subarray(4).toString('hex'))),
  signatures: told.signatures.map((signature) => Buffer.from(signature).toString('hex')),
  record: Buffer.from(record).toString('base64'),
}

describe('evidence, checked without a node', () => {
  it.each([
    [evidenceOf(1, 1), 'Validator 2 of 4 proposed two blocks in slot 7, where one is allowed.'],
    [evidenceOf(2, 1), 'Validator 3 of 4 signed as the first it took two blocks in slot 7, where one is allowed.'],
    [evidenceOf(0, 1, 'commit'), 'Validator 1 of 4 committed to two blocks in slot 7, where one is allowed.'],
  ])('proves what the node finds proven, with who, where and what', (evidence, why) => {
    const checked = checkRecord(encodeEvidence(evidence))
    expect(checked).toMatchObject({ outcome: 'proven', why, holds: [true, true], about: { network, slot: 7 } })
    expect(byTheNode(encodeEvidence(evidence))).toBe('proven')
  })

  it('names the device and the blocks as the node names them', () => {
    expect(checkRecord(record)).toMatchObject({
      about: { peerId: exported.validator.peerId, blocks: exported.blocks, key: exported.key },
    })
  })

  it('says which of the signatures does not hold', () => {
    const swapped = encodeEvidence({ ...told, signatures: [told.signatures[0], told.signatures[0]] })
    expect(checkRecord(swapped)).toEqual({
      outcome: 'refused',
      why: 'The second signature does not hold.',
      holds: [true, false],
    })
    expect(checkRecord(encodeEvidence({ ...told, by: 2 }))).toMatchObject({ why: 'Neither signature holds.' })
  })

  it('finds nothing in one value twice, in another order, and in a validator outside the roster', () => {
    const twice = { ...told, values: [low, low], signatures: [told.signatures[0], told.signatures[0]] } as const
    const turned = { ...told, values: [high, low], signatures: [told.signatures[1], told.signatures[0]] } as const
    for (const one of [twice, turned]) expect(checkRecord(encodeEvidence(one))).toMatchObject({ outcome: 'refused', holds: [true, true] })
    expect(checkRecord(encodeEvidence({ ...told, by: 63 }))).toMatchObject({ outcome: 'refused', holds: null })
  })

  it('decides like the node over whatever became of the bytes', () => {
    fc.assert(
      fc.property(fc.nat(record.byteLength - 1), fc.integer({ min: 1, max: 255 }), fc.nat(3), (at, flip, cut) => {
        const changed = Uint8Array.from(record)
        changed[at] = (changed[at] ?? 0) ^ flip
        const bytes = changed.subarray(0, changed.byteLength - (cut === 3 ? 1 : 0))
        expect(checkRecord(bytes).outcome).toBe(byTheNode(bytes))
      }),
      { numRuns: 500 },
    )
  })

  it('never fails, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 5_000 }), (bytes) => checkRecord(bytes).outcome === 'refused'))
  })
})

describe('a file of evidence', () => {
  it.each([
    ['as it is exported', JSON.stringify(exported, null, 2)],
    ['with its record alone', JSON.stringify({ record: exported.record })],
    ['of the record in base64', exported.record.replaceAll(/.{60}/g, '$&\n')],
  ])('%s is proven', (_name, text) => {
    const checked = checkFile(text)
    expect(checked.outcome).toBe('proven')
    expect(describeChecked(checked).slice(0, 3)).toEqual([
      'Proven. Validator 2 of 4 proposed two blocks in slot 7, where one is allowed.',
      'Signature 1 holds.',
      'Signature 2 holds.',
    ])
  })

  it.each([
    ['id', { id: digest('other') }],
    ['network', { network: networkIdOf(digest('other')) }],
    ['slot', { slot: 8 }],
    ['leader', { leader: 2 }],
    ['key', { key: digest('other') }],
    ['blocks', { blocks: exported.blocks.toReversed() }],
    ['signatures', { signatures: exported.signatures.toReversed() }],
    ['validator', { validator: { ...exported.validator, peerId: 'somebody else' } }],
  ])('whose %s says something else than what was signed is refused', (name, lie) => {
    expect(checkFile(JSON.stringify({ ...exported, ...lie }))).toMatchObject({
      outcome: 'refused',
      why: `What the file says as its ${name} is not what was signed.`,
    })
  })

  it.each(['', '{', '{}', '[]', 'hello, world', '{"record":7}', '{"record":"!"}'])('that is none proves nothing: %j', (text) => {
    const checked = checkFile(text)
    expect(checked).toMatchObject({ outcome: 'refused', holds: null })
    expect(describeChecked(checked)[0]).toMatch(/^Proves nothing\. It [^.]+\.$/)
  })
})
