import { connect as connectTls } from 'node:tls'
import { once } from 'node:events'
import { AccountId, PeerId } from '../../../src/shared/ids.ts'
import { BareDialler, barePing } from '../bare-libp2p.ts'
import { startFarSide } from '../far.ts'
import { letEverybodyChat, openHouse, sendUntilDelivered, type House } from '../house.ts'
import type { Figure } from '../report.ts'
import { slowLink } from '../slow-link.ts'
import { interleave, summarize, timed, type Summary } from '../stats.ts'
import { tlsPing } from '../tls-peer.ts'

const ONE_WAY_MS = 25
const ROUND_TRIP_MS = 2 * ONE_WAY_MS
const ROUNDS = 15
const WARM_UP = 2

/**
 * From nothing to the first answer over a link of 25 ms each way, in round trips of that link: TCP, handshake, and one
 * exchange. For us: to the connection, and to a message stored there, for which hello has to prove both accounts, the
 * door has to let chat in, and the logs have to be compared; for the others: an echo.
 */
export async function connect(): Promise<Figure[]> {
  const far = await startFarSide()
  const near = await openHouse('Ana')
  const bare = await BareDialler.start()
  const links = {
    house: await slowLink(far.house.port, ONE_WAY_MS),
    bare: await slowLink(far.bare.port, ONE_WAY_MS),
    tls: await slowLink(far.tls.port, ONE_WAY_MS),
  }
  const peerId = PeerId.parse(far.house.peerId)
  const address = `/ip4/127.0.0.1/tcp/${links.house.port}/p2p/${peerId}`
  try {
    // By rule and without a knock: a contact would be dialled back by the far side, over a quick link of its own.
    letEverybodyChat(near)
    const conversation = near.household.chat.open(AccountId.parse(far.house.account))
    const connected: number[] = []
    const proven: number[] = []
    const took = await interleave(
      {
        latch: async () => {
          const startMs = performance.now()
          const whenConnected = untilConnected(near, peerId)
          await near.household.peers.connect(address)
          proven.push(performance.now() - startMs)
          connected.push((await whenConnected) - startMs)
          await sendUntilDelivered(near, conversation)
          const ms = performance.now() - startMs
          await near.household.peers.disconnect(peerId)
          return ms
        },
        bare: async () => {
          const startMs = performance.now()
          const connection = await bare.dial(links.bare.port, far.bare.peerId)
          await barePing(await bare.openEcho(connection))
          const ms = performance.now() - startMs
          await connection.close()
          return ms
        },
        tls: () =>
          timed(async () => {
            const socket = connectTls({ port: links.tls.port, host: '127.0.0.1', rejectUnauthorized: false, minVersion: 'TLSv1.3' })
            await once(socket, 'secureConnect')
            await tlsPing(socket)
            socket.destroy()
          }),
      },
      ROUNDS,
      WARM_UP,
    )
    const suite = 'connect'
    const unit = 'round trips'
    return [
      { suite, what: 'raw TLS 1.3 to its first answer', unit, summary: inRoundTrips(took.tls) },
      { suite, what: 'stock libp2p to its first answer', unit, summary: inRoundTrips(took.bare) },
      { suite, what: 'Latch to an encrypted connection', unit, summary: inRoundTrips(summarize(connected.slice(WARM_UP))) },
      { suite, what: 'Latch to a first answer: hello, which proves the account', unit, summary: inRoundTrips(summarize(proven.slice(WARM_UP))), goal: '≤ 4' },
      { suite, what: 'Latch to a first message acknowledged (hello, door, chat)', unit, summary: inRoundTrips(took.latch) },
    ]
  } finally {
    for (const link of Object.values(links)) await link.close()
    await bare.stop()
    await near.close()
    await far.close()
  }
}

/** The moment it happened, on the clock of `performance.now()`. */
async function untilConnected(house: House, peerId: PeerId): Promise<number> {
  for await (const item of house.household.peers.watch()) {
    if (item.kind !== 'event' || item.event.event !== 'peer-changed') continue
    const { peer } = item.event
    if (peer.peerId === peerId && peer.state === 'connected') break
  }
  return performance.now()
}

function inRoundTrips({ count, p50, p95, p99, min, max }: Summary): Summary {
  const of = (ms: number): number => ms / ROUND_TRIP_MS
  return { count, p50: of(p50), p95: of(p95), p99: of(p99), min: of(min), max: of(max) }
}
