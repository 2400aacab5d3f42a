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

/**
 * A NAT for one client, of real sockets. For each port of a server the client sees a socket on the inside, with the
 * same address where the server's is the same; what it sends there leaves by a socket on the outside.
 */
export async function smallNat(servers: readonly StunSocket[], { mapping, filter }: NatRules): Promise<SmallNat> {
  const inside = new Map<string, Socket>()
  const outside = new Map<string, Socket>()
  const spokenTo = new Set<string>()
  let client: StunSocket | null = null
  const addresses = [...new Set(servers.map(({ address }) => address))]

  for (const server of servers) {
    const socket = await bound(`127.0.1.${addresses.indexOf(server.address) + 1}`)
    inside.set(textOf(server), socket)
    const key = mapping === 'one' ? 'one' : textOf(server)
    const leaving = outside.get(key) ?? (await bound('127.0.0.1'))
    if (!outside.has(key)) leaving.on('message', (bytes, from) => came(bytes, from))
    outside.set(key, leaving)
    socket.on('message', (bytes, from) => {
      client = from
      spokenTo.add(server.address).add(textOf(server))
      leaving.send(bytes, server.port, server.address)
    })
  }

  function came(bytes: Buffer, from: StunSocket): void {
    const isLetIn = filter === 'anybody' || spokenTo.has(filter === 'address' ? from.address : textOf(from))
    if (isLetIn && client !== null) inside.get(textOf(from))?.send(seenFromInside(bytes), client.port, client.address)
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
      const sockets = [...inside.values(), ...outside.values()]
      await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.close(resolve))))
    },
  }
}
