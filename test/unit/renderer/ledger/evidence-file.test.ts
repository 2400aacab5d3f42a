import { generateKeyPairSync, sign, verify, createPublicKey } from 'node:crypto'
import { expect, test } from 'vitest'
import { differenceOf, evidenceFile } from '../../../../src/renderer/features/ledger/evidence-file.ts'
import { evidence } from '../../../gallery/ledger-parts.ts'

/** What DER puts in front of the 32 bytes of an Ed25519 key. */
const DER = '302a300506032b6570032100'

test('the file holds all that another program needs to check both signatures', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const key = publicKey.export({ format: 'der', type: 'spki' }).toString('hex').slice(DER.length)
  const messages: [string, string] = evidence().messages
  const [one, two] = messages.map((message) => sign(null, Buffer.from(message, 'hex'), privateKey).toString('hex'))
  const text = evidenceFile(evidence({ key, signatures: [one ?? '', two ?? ''] }))

  const file = JSON.parse(text) as { algorithm: string; key: string; signed: { message: string; signature: string }[] }
  expect(file.algorithm).toBe('Ed25519')
  const read = createPublicKey({ key: Buffer.from(DER + file.key, 'hex'), format: 'der', type: 'spki' })
  const held = file.signed.map(({ message, signature }) =>
    verify(null, Buffer.from(message, 'hex'), read, Buffer.from(signature, 'hex')),
  )
  expect(held).toEqual([true, true])
})

test('two messages are told apart by what differs, between what both begin and end with', () => {
  expect(differenceOf('aa11ff', 'aa22ff')).toEqual([
    { head: 'aa', apart: '11', tail: 'ff' },
    { head: 'aa', apart: '22', tail: 'ff' },
  ])
  expect(differenceOf('aaa', 'aaaa')).toEqual([
    { head: 'aaa', apart: '', tail: '' },
    { head: 'aaa', apart: 'a', tail: '' },
  ])
  expect(differenceOf('same', 'same')[0]).toEqual({ head: 'same', apart: '', tail: '' })
})
