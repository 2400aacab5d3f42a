import { acceptDeviceList, DEVICE_LIST, openDeviceList, readDeviceList, signDeviceList } from '../../../src/main/features/identity/device-list.ts'
import { MAX_DEVICE_LIST_BYTES } from '../../../src/main/features/identity/limits.ts'
import { openRevocation, REVOCATION } from '../../../src/main/features/identity/revocation.ts'
import { encode } from '../../../src/main/platform/cbor.ts'
import { all, envelopes, form, must, signer } from '../oracle.ts'

const checks = [form({ decode: readDeviceList, encode: (list) => encode(list), maxBytes: MAX_DEVICE_LIST_BYTES })]

/** Lists of devices and ends of accounts: by hello, in chats, invitations, the DHT and by gossip. */
export async function fuzz(data: Buffer): Promise<void> {
  await all(data, checks)
  for (const envelope of await envelopes(DEVICE_LIST, data)) {
    const opened = await openDeviceList(envelope)
    if (opened.outcome !== 'valid') continue
    const { list } = opened.signed
    must(acceptDeviceList(list, list).verdict === 'same', 'a list that is not itself')
    must((await signDeviceList(list, await signer())).outcome === 'signed', 'a list that cannot be written')
  }
  for (const envelope of await envelopes(REVOCATION, data)) await openRevocation(envelope)
}
