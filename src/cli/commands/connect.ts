import type { Peer } from '../../shared/model/peers.ts'
import type { Client } from '../client.ts'
import { wrongArgument } from '../failure.ts'
import { fields } from '../layout.ts'
import { oneLine } from '../plain.ts'
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
      // Asked first: it may be the active one as soon as they are connected. What is wrong with a link, connecting says.
      const theirs = await networkOf(client, to).catch(() => null)
      const peer = await connectTo(client, to)
      const people = await client.contacts.list()
      context.show(peer, () =>
        fields([
          ['Connected to', nameOfAccount(people, peer.account)],
          ['Peer', peer.peerId],
          ['Route', [peer.route, peer.transport].filter((part) => part !== null).join(', ') || peer.state],
          ...(theirs === null ? [] : [['Network', theirs] as const]),
        ]),
      )
    })
}

/** What an invitation does to the networks of this device, in words; null where it does nothing. */
async function networkOf(client: Client, to: string): Promise<string | null> {
  if (!to.startsWith('latch://invite/')) return null
  const [{ network }, known] = await Promise.all([client.peers.readInvitation({ link: to }), client.networks.list()])
  if (network === null || known.some(({ id, active }) => active && id === network.id)) return null
  const label = `"${oneLine(network.label)}"`
  return `${label}; yours too from now on, unless you use another or have names on your own. Look with: latch network`
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
