import type { Peer } from '../../shared/model/peers.ts'
import { bytes, duration, table } from '../layout.ts'
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
            stateOf(peer, context.io.nowMs()),
            nameOfAccount(people, peer.account) + (peer.demo ? ' (demonstration)' : ''),
            wayOf(peer),
            peer.rttMs === null ? '-' : `${peer.rttMs.toFixed(peer.rttMs < 10 ? 1 : 0)} ms`,
            peer.standing.standing,
            short(peer.peerId),
            peer.foundBy.join(', '),
          ]),
        )
      })
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

function stateOf(peer: Peer, nowMs: number): string {
  return peer.state === 'waiting' && peer.nextDialMs !== null
    ? `again in ${duration(peer.nextDialMs - nowMs)}`
    : peer.state
}

function wayOf({ route, transport, fuel }: Peer): string {
  if (fuel === null) return [route, transport].filter((part) => part !== null).join(', ') || '-'
  return fuel.leftBytes === null ? 'relayed' : `relayed, ${bytes(fuel.leftBytes)} left`
}
