import { KEY_ID_BYTES, LENGTH_BYTES, LETTER_INFO, LETTER_KIND, LETTER_SIZES, LETTER_VERSION, SEALED_OVERHEAD_BYTES } from '../../../src/main/protocols/mailbox/constants.ts'
import { openLetter } from '../../../src/main/protocols/mailbox/letter.ts'
import { hpkeSeal, makeHpkeKeys } from '../../../src/main/platform/hpke.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { envelopes, must } from '../oracle.ts'

const ME = PeerId.parse('12D3KooWGRUBuEKAAQ4LsQWvNKeSvrBQFc4FAmpAvTgWyJKmGBRC')
const KEY_ID = new Uint8Array(KEY_ID_BYTES).fill(3)
const keys = makeHpkeKeys()

/** What somebody sealed who has a key of ours: any bytes at all. */
async function sealed(plain: Uint8Array): Promise<Uint8Array> {
  const context = { info: Buffer.from(LETTER_INFO), aad: Buffer.concat([Buffer.of(LETTER_VERSION), KEY_ID, Buffer.from(ME)]) }
  return new Uint8Array(Buffer.concat([Buffer.of(LETTER_VERSION), KEY_ID, await hpkeSeal((await keys).publicKey, context, plain)]))
}

/** Letters that were left with a holder. */
export async function fuzz(data: Buffer): Promise<void> {
  const { privateKey } = await keys
  must((await openLetter(new Uint8Array(data), ME, privateKey)).outcome === 'sealed', 'a letter that nobody sealed')
  const [smallest = 0] = LETTER_SIZES
  const [bare, ...signed] = await envelopes(LETTER_KIND, data)
  const contents = signed.map((envelope) => {
    const length = Buffer.alloc(LENGTH_BYTES)
    length.writeUInt32BE(envelope.byteLength)
    return Buffer.concat([length, envelope])
  })
  for (const content of [bare ?? data, ...contents]) {
    const size = LETTER_SIZES.find((one) => one - SEALED_OVERHEAD_BYTES >= content.byteLength) ?? smallest
    const plain = new Uint8Array(size - SEALED_OVERHEAD_BYTES)
    plain.set(content.subarray(0, plain.byteLength))
    const opened = await openLetter(await sealed(plain), ME, privateKey)
    must(opened.outcome !== 'sealed', 'what was sealed to it does not open')
  }
}
