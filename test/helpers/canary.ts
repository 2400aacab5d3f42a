import { createSocket, type Socket as UdpSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'

/** What listens where nobody may come, and says who came. */
export interface Canary {
  readonly host: string
  /** Answers HTTP; who came is told by the path. */
  readonly url: string
  /** Ports that take anything, by what they are for. */
  readonly tcp: Readonly<Record<string, number>>
  readonly udp: Readonly<Record<string, number>>
  /** Names of those that came: the path of a request, or what its port is for; `(bare)` for a connection that said nothing. */
  seen(): string[]
  close(): Promise<void>
}

/** A few bytes are enough to know who it was. */
const ENOUGH_BYTES = 4_096
const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'

export async function openCanary(host: string, ports: { tcp: readonly string[]; udp: readonly string[] }): Promise<Canary> {
  const came = new Set<string>()
  const servers: Server[] = []
  const sockets: UdpSocket[] = []
  const listen = async (take: (data: Buffer | null) => string | null): Promise<number> => {
    const server = createServer((socket) => {
      const name = take(null)
      if (name !== null) came.add(name)
      socket.on('error', () => {})
      socket.once('data', (data) => {
        const said = take(data.subarray(0, ENOUGH_BYTES))
        if (said !== null) came.add(said)
        socket.end(ANSWER)
      })
      socket.once('end', () => socket.end())
    })
    server.listen(0, host)
    await once(server, 'listening')
    servers.push(server)
    return (server.address() as { port: number }).port
  }
  const httpPort = await listen((data) => (data === null ? '(bare)' : (/^[A-Z]+ \/([\w-]*)/.exec(data.toString('latin1'))?.[1] ?? '(no HTTP)')))
  const tcp: Record<string, number> = {}
  for (const name of ports.tcp) tcp[name] = await listen(() => name)
  const udp: Record<string, number> = {}
  for (const name of ports.udp) {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4')
    socket.on('message', () => came.add(name))
    socket.bind(0, host)
    await once(socket, 'listening')
    udp[name] = socket.address().port
    sockets.push(socket)
  }
  return {
    host,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${httpPort}`,
    tcp,
    udp,
    seen: () => [...came].toSorted(),
    async close() {
      for (const socket of sockets) socket.close()
      await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))))
    },
  }
}

/** An address of this machine in a network of its own, such as a page may not reach either; null where it has none. */
export function ownAddress(): string | null {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? null
}
