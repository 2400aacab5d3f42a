import { table } from '../layout.ts'
import { describePeer, peerState, roundTripOf, standingOf, wayOf } from '../peer-text.ts'
import type { Register } from '../program.ts'
import { nameOfAccount, onlyPeer } from '../resolve.ts'
import { short } from '../short-id.ts'

export const register: Register = (program, context) => {
  const peers = program
    .command('peers')
    .description('the peers this device knows')
    .action(async () => {
      const client = await context.client()
      const list = await client.peers.list()
      const people = list.some(({ account }) => account !== null) ? await client.contacts.list() : []
      context.show(list, () => {
        if (list.length === 0)
          return 'No peers yet. Somebody on this network appears by itself; others by an invitation: latch invite'
        return table(
          ['STATE', 'NAME', 'ROUTE', 'RTT', 'STANDING', 'PEER', 'FOUND BY'],
          list.map((peer) => [
            peerState(peer, context.io.nowMs()),
            nameOfAccount(people, peer.account) + (peer.demo ? ' (demonstration)' : ''),
            wayOf(peer),
            roundTripOf(peer),
            standingOf(peer.standing, context.io.nowMs()),
            short(peer.peerId),
            peer.foundBy.join(', '),
          ]),
        )
      })
    })

  peers
    .command('show')
    .description('one peer: how it is reached, its standing and what lowered it, what it may still open')
    .argument('<peer>', 'a name, a peer id or the beginning of one')
    .action(async (who: string) => {
      const client = await context.client()
      const [list, people] = await Promise.all([client.peers.list(), client.contacts.list()])
      const peer = onlyPeer(list, people, who)
      context.show(peer, () => describePeer(peer, people, context.io.nowMs()))
    })

  for (const [verb, description] of [
    ['disconnect', 'close the connection and stop re-dialling'],
    ['forget', 'forget a peer and its addresses'],
  ] as const) {
    peers
      .command(verb)
      .description(description)
      .argument('<peer>', 'a name, a peer id or the beginning of one')
      .action(async (who: string) => {
        const client = await context.client()
        const [list, people] = await Promise.all([client.peers.list(), client.contacts.list()])
        const { peerId } = onlyPeer(list, people, who)
        const done = await client.peers[verb]({ peerId })
        context.show(done, () =>
          verb === 'forget' ? `Forgot ${short(peerId)}.` : `Disconnected from ${short(peerId)}.`,
        )
      })
  }
}
