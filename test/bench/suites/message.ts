import { AccountId, PeerId } from '../../../src/shared/ids.ts'
import { BareDialler, barePing } from '../bare-libp2p.ts'
import { startFarSide } from '../far.ts'
import { knockUntilAllowed, openHouse, sendUntilDelivered } from '../house.ts'
import { ratio, type Figure } from '../report.ts'
import { interleave, summarize, timed } from '../stats.ts'
import { tlsConnect, tlsPing } from '../tls-peer.ts'

const ROUNDS = 2_000
const WARM_UP = 200
/** Fewer than the door's own bound on knocks of one account. */
const KNOCKS = 10

/**
 * A message, from `send` to its acknowledgement, stored durably on both sides; beside a raw TLS 1.3 round trip and a
 * round trip on one open stream of stock libp2p, in turn. And a knock, from `knock` to *allowed*, by a rule.
 */
export async function message(): Promise<Figure[]> {
  const far = await startFarSide()
  const near = await openHouse('Ana')
  const bare = await BareDialler.start()
  try {
    await near.household.peers.connect(far.house.address)
    const account = AccountId.parse(far.house.account)
    const knocks: number[] = []
    for (let round = 0; round < KNOCKS; round++) {
      knocks.push(await timed(() => knockUntilAllowed(near, PeerId.parse(far.house.peerId))))
    }
    const conversation = near.household.chat.open(account)
    const stream = await bare.openEcho(await bare.dial(far.bare.port, far.bare.peerId))
    const socket = await tlsConnect(far.tls.port)

    const took = await interleave(
      {
        message: () => timed(() => sendUntilDelivered(near, conversation)),
        bare: () => timed(() => barePing(stream)),
        tls: () => timed(() => tlsPing(socket)),
      },
      ROUNDS,
      WARM_UP,
    )
    socket.destroy()
    const suite = 'message'
    return [
      { suite, what: 'raw TLS 1.3, 64 B there and back', unit: 'ms', summary: took.tls },
      { suite, what: 'stock libp2p stream, 64 B there and back', unit: 'ms', summary: took.bare, ...ratio(took.bare, took.tls, 'raw TLS') },
      {
        suite,
        what: 'message stored on both sides and acknowledged',
        unit: 'ms',
        summary: took.message,
        ...ratio(took.message, took.tls, 'raw TLS'),
        goal: 'p50 ≤ 1 ms, p99 ≤ 5 ms',
      },
      { suite, what: 'the same', unit: 'ms', summary: took.message, ...ratio(took.message, took.bare, 'stock stream') },
      { suite, what: 'knock to allowed, by a rule', unit: 'ms', summary: summarize(knocks) },
    ]
  } finally {
    await bare.stop()
    await near.close()
    await far.close()
  }
}
