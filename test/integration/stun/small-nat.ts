import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { decode, encodeSuccess } from '../../../src/main/protocols/stun/message.ts'
import type { StunSocket } from '../../../src/main/protocols/stun/index.ts'

/** How a NAT of RFC 4787 maps and filters. */
export interface NatRules {
  /** A mapping for all destinations, or one for each. */
  readonly mapping: 'one' | 'each'
  /** Who may answer: anybody, whoever's address was spoken to, whoever's address and port were. */
  readonly filter: 'anybody' | 'address' | 'port'
  /** As Linux does: what goes to whoever knocked in vain before leaves by another port. */
  readonly remembersKnocks?: boolean
}

export interface SmallNat {
  /** Where a client behind the NAT finds each of the servers, in their order. */
  readonly servers: readonly StunSocket[]
  close(): Promise<void>
}

const textOf = ({ address, port }: StunSocket): string => `${address}:${port}`

async function bound(address: string): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.bind({ address, port: 0 })
  await once(socket, 'listening')
  return socket
}

/** What one socket on the inside has: where it leaves from, and whom it has spoken to. */
interface Mapping {
  readonly client: StunSocket
  readonly spokenTo: Set<string>
  readonly knocked: Set<string>
}

/**
 * A NAT of real sockets. For each port of a server those inside see a socket, with the same address where the server's
 * is the same; what a client sends there leaves by a socket on the outside that is the client's.
 */
export async function smallNat(servers: readonly StunSocket[], rules: NatRules): Promise<SmallNat> {
  const { mapping, filter, remembersKnocks = false } = rules
  const inside = new Map<string, Socket>()
  const outside = new Map<string, Promise<Socket>>()
  const mappings = new Map<string, Mapping>()
  const addresses = [...new Set(servers.map(({ address }) => address))]

  for (const server of servers) {
    const socket = await bound(`127.0.1.${addresses.indexOf(server.address) + 1}`)
    inside.set(textOf(server), socket)
    socket.on('message', (bytes, from) => void leave(bytes, from, server))
  }

  async function leave(bytes: Buffer, client: StunSocket, server: StunSocket): Promise<void> {
    const mine = mappings.get(textOf(client)) ?? { client, spokenTo: new Set(), knocked: new Set() }
    mappings.set(textOf(client), mine)
    mine.spokenTo.add(server.address).add(textOf(server))
    const isOne = mapping === 'one' && !(remembersKnocks && mine.knocked.has(textOf(server)))
    const key = isOne ? textOf(client) : `${textOf(client)} ${textOf(server)}`
    const leaving = outside.get(key) ?? doorOf(mine)
    outside.set(key, leaving)
    ;(await leaving).send(bytes, server.port, server.address)
  }

  async function doorOf({ client, spokenTo, knocked }: Mapping): Promise<Socket> {
    const socket = await bound('127.0.0.1')
    socket.on('message', (bytes, from) => {
      const isLetIn = filter === 'anybody' || spokenTo.has(filter === 'address' ? from.address : textOf(from))
      if (!isLetIn) knocked.add(textOf(from))
      else inside.get(textOf(from))?.send(seenFromInside(bytes), client.port, client.address)
    })
    return socket
  }

  /** The other socket that a server names is another one in here; its own name would lead past the NAT. */
  function seenFromInside(bytes: Buffer): Uint8Array {
    const decoded = decode(bytes)
    if (decoded.read !== 'message' || decoded.message.kind !== 'success') return bytes
    const { other } = decoded.message
    const known = other === null ? undefined : inside.get(textOf(other))?.address()
    return encodeSuccess({ ...decoded.message, origin: null, other: known ?? null }, 100)
  }

  return {
    servers: servers.map((server) => {
      const { address, port } = inside.get(textOf(server))?.address() ?? { address: '', port: 0 }
      return { address, port }
    }),
    async close() {
      const sockets = [...inside.values(), ...(await Promise.all(outside.values()))]
      await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(resolve))))
    },
  }
}
