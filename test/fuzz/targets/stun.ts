import { MAX_MESSAGE_BYTES } from '../../../src/main/protocols/stun/constants.ts'
import { AddressError, leadsOn, readAddress, readXorAddress, sourceOf } from '../../../src/main/protocols/stun/address.ts'
import { decode, encodeRequest, encodeSuccess } from '../../../src/main/protocols/stun/message.ts'
import { must, refusing } from '../oracle.ts'

/** Datagrams from anywhere: what the responder answers, and what a probe believes. */
export async function fuzz(data: Buffer): Promise<void> {
  const decoded = decode(new Uint8Array(data))
  await refusing([AddressError], () => readAddress(data))
  await refusing([AddressError], () => readXorAddress(data, data.subarray(0, 12)))
  if (decoded.read !== 'message') return
  must(data.byteLength <= MAX_MESSAGE_BYTES, 'too large a message')
  const { message } = decoded
  if (message.kind === 'request') {
    const again = decode(encodeRequest(message))
    must(again.read === 'message' && again.message.kind === 'request', 'a request that is none once it is written')
  }
  if (message.kind !== 'success') return
  sourceOf(message.mapped.address)
  if (message.other !== null && message.origin !== null) leadsOn(message.origin, message.other)
  const again = decode(encodeSuccess(message, MAX_MESSAGE_BYTES))
  must(again.read === 'message' && again.message.kind === 'success', 'a success that is none once it is written')
  must(JSON.stringify(again.message.mapped) === JSON.stringify(message.mapped), 'another address')
}
