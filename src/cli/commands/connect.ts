import type { Peer } from '../../shared/model/peers.ts'
import type { Client } from '../client.ts'
import { wrongArgument } from '../failure.ts'
import { fields } from '../layout.ts'
import { matchPeer, nameOfAccount, only } from '../resolve.ts'
import { short } from '../short-id.ts'
import type { Register } from '../program.ts'

export const register: Register = (program, context) => {
  program
    .command('connect')
    .description('connect to a peer')
    .argument('<to>', 'an address (/ip4/…), an invitation link, a peer id, or the name of somebody met before')
    .action(async (to: string) => {
      const client = await context.client()
      const peer = await connectTo(client, to)
      const people = await client.contacts.list()
      context.show(peer, () =>
        fields([
          ['Connected to', nameOfAccount(people, peer.account)],
          ['Peer', peer.peerId],
          ['Route', [peer.route, peer.transport].filter((part) => part !== null).join(', ') || peer.state],
        ]),
      )
    })
}

/** Connects to what `to` means; names and the beginnings of ids are looked up first. */
export async function connectTo(client: Client, to: string): Promise<Peer> {
  if (to.startsWith('latch://introducer/')) {
    throw wrongArgument('That is a link to an introducer, not to a person. Use it with: latch introducers add <link>')
  }
  if (isAddressOrLink(to)) return client.peers.connect({ to })
  const [peers, people] = await Promise.all([client.peers.list(), client.contacts.list()])
  const match = matchPeer(peers, people, to)
  // A whole id that is not known here may still be found by the node.
  if (match.found === 'none' && /^(12D3KooW|16Uiu2HA|Qm)\w{40,}$/.test(to)) return client.peers.connect({ to })
  const { peerId } = only(match, to, 'peer', (peer) => `${nameOfAccount(people, peer.account)} (${short(peer.peerId)})`)
  return client.peers.connect({ to: peerId })
}

export function isAddressOrLink(to: string): boolean {
  return to.startsWith('/') || to.startsWith('latch:')
}
