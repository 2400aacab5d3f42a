import { checkName } from '../../../src/main/features/ledger/names.ts'
import { openZone, signZone, ZONE } from '../../../src/main/features/names/zone.ts'
import { readName } from '../../../src/main/features/names/read-name.ts'
import { MAX_ZONE_BYTES } from '../../../src/main/protocols/names/constants.ts'
import { envelopes, must, signer } from '../oracle.ts'

const rules = { tld: 'peer', checkName }

/** Zones from holders, gossip and the DHT, signed by whoever likes; and names as they are typed or linked. */
export async function fuzz(data: Buffer): Promise<void> {
  for (const bytes of await envelopes(ZONE, data)) {
    const opened = await openZone(bytes)
    if (opened.outcome !== 'opened') {
      must(opened.why.endsWith('.'), 'no sentence')
      continue
    }
    must(bytes.byteLength <= MAX_ZONE_BYTES, 'too large a zone')
    must((await signZone(opened.signed.zone, await signer())).outcome === 'signed', 'a zone that cannot be written')
  }
  const read = readName(data.toString('utf8'), rules)
  if (read.outcome === 'refused') return
  const again = readName(read.fullName, rules)
  must(again.outcome === 'name' && again.name === read.name && again.label === read.label, 'a name that is another once it is read')
}
