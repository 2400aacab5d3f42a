import { bareEcho } from './bare-libp2p.ts'
import { letEverybodyChat, openHouse } from './house.ts'
import { tlsEcho } from './tls-peer.ts'

/*
 * The other machine, as a process of its own: a house whose door lets chats in, a bare libp2p echo and a raw TLS echo.
 * It says where they are, and ends when its parent goes.
 */

export interface FarSide {
  readonly house: { address: string; account: string; peerId: string; port: number }
  readonly bare: { port: number; peerId: string }
  readonly tls: { port: number }
}

const [house, bare, tls] = await Promise.all([openHouse('Bea'), bareEcho(), tlsEcho()])
letEverybodyChat(house)

const { address, account, peerId, port } = house
process.send?.({ house: { address, account, peerId, port }, bare: { port: bare.port, peerId: bare.peerId }, tls: { port: tls.port } } satisfies FarSide)

process.on('disconnect', () => {
  void Promise.allSettled([house.close(), bare.close(), tls.close()]).then(() => process.exit(0))
})
