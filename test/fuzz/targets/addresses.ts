import { circuitOf, relayIn } from '../../../src/main/platform/circuit.ts'
import { fewOfEach, forLinks, isPublicHost, placesFrom, readAddress, worthTelling } from '../../../src/main/platform/addresses.ts'
import { candidatesOf } from '../../../src/main/features/peers/candidates.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { multiaddr } from '@multiformats/multiaddr'
import { must } from '../oracle.ts'

const PEER = PeerId.parse('12D3KooWGRUBuEKAAQ4LsQWvNKeSvrBQFc4FAmpAvTgWyJKmGBRC')
const place = placesFrom(['192.168.1.0/24'])

/** Addresses that strangers tell: in records, registrations, links, zones, cards and the DHT; a line each. */
export async function fuzz(data: Buffer): Promise<void> {
  const lines = data.toString('utf8').split('\n').slice(0, 16)
  for (const line of lines) {
    const read = readAddress(line)
    if (read === null) continue
    const again = readAddress(read.address)
    must(again !== null && again.address === read.address && again.peerId === null, 'an address that is another once it is read')
    place(read)
    if (read.name !== null) isPublicHost(read.name)
    relayIn(multiaddr(line))
    circuitOf({ remoteAddr: multiaddr(line) }, 0)
  }
  must(worthTelling(lines, 4).length <= 4 && forLinks(lines, 4).length <= 4 && fewOfEach(lines, 4).length <= 4, 'more than asked for')
  candidatesOf(PEER, lines, { me: PEER, listening: ['/ip4/192.168.1.2/tcp/4001'], connected: () => false, isChosen: () => false })
}
