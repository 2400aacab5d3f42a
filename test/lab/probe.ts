import { randomBytes } from 'node:crypto'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { delay, systemClock } from '../../src/main/platform/clock.ts'
import { silentLog } from '../../src/main/platform/log.ts'
import { createProbeNat, serveStun, type StunSocket } from '../../src/main/protocols/stun/index.ts'
import type { Nat } from '../../src/shared/model/reach.ts'
import { serve } from './remote.ts'
import { mapByUpnp } from './upnp-client.ts'

/* Plain UDP and TCP from inside a namespace, with nothing of ours or of libp2p's in between; and our own STUN. */

export interface Target {
  readonly address: string
  readonly port: number
}

interface Words {
  readonly from: string
  readonly to: Target
  readonly text: string
  readonly count?: number
}

interface Awaited {
  readonly at: string
  readonly text: string
  readonly count?: number
  readonly withinMs: number
}

interface Received extends Target {
  readonly text: string
  readonly atMs: number
}

type Outcome = 'connected' | 'refused' | 'no answer'

const sockets = new Map<string, { socket: Socket; received: Received[] }>()

/** One socket for each name, wherever it is bound. */
async function udp(name: string) {
  const known = sockets.get(name)
  if (known !== undefined) return known
  const [address = '0.0.0.0', port = '0'] = name.split(':')
  const opened = { socket: createSocket('udp4'), received: [] as Received[] }
  sockets.set(name, opened)
  opened.socket.on('message', (bytes, from) => {
    opened.received.push({ address: from.address, port: from.port, text: bytes.toString(), atMs: performance.now() })
  })
  opened.socket.on('error', () => {})
  opened.socket.bind(Number(port), address)
  await once(opened.socket, 'listening')
  return opened
}

async function until(what: () => boolean, withinMs: number): Promise<void> {
  const endMs = performance.now() + withinMs
  while (!what() && performance.now() < endMs) await delay(systemClock, 5)
}

const calls = {
  /** Sends `count` datagrams, with pauses in which they are taken: a socket holds some two hundred. */
  send: async ({ from, to, text, count = 1 }: Words): Promise<number> => {
    const { socket } = await udp(from)
    for (let sent = 0; sent < count; sent++) {
      // A refusal by this machine's own network is as good as a loss.
      await new Promise((resolve) => socket.send(text, to.port, to.address, resolve))
      if (sent % 50 === 49) await delay(systemClock, 5)
    }
    return performance.now()
  },
  /** What came to a socket with this text, once there are `count` of them or the time is over. */
  received: async ({ at, text, count = 1, withinMs }: Awaited): Promise<Received[]> => {
    const { received } = await udp(at)
    const those = (): Received[] => received.filter((one) => one.text === text)
    await until(() => those().length >= count, withinMs)
    return those()
  },
  /** From a word of UDP to its echo by `echo`, in ms; null when there is none. */
  roundTrip: async ({ to }: { to: Target }): Promise<number | null> => {
    const { socket, received } = await udp('')
    const startMs = performance.now()
    const text = `round ${startMs}`
    socket.send(text, to.port, to.address)
    const echo = (): Received | undefined => received.find((one) => one.text === text)
    await until(() => echo() !== undefined, 3_000)
    const came = echo()
    return came === undefined ? null : came.atMs - startMs
  },
  /** Sends everything back from now on. */
  echo: async ({ at }: { at: string }): Promise<void> => {
    const { socket } = await udp(at)
    socket.on('message', (bytes, from) => socket.send(bytes, from.port, from.address))
  },
  listen: async ({ port }: { port: number }): Promise<number> => {
    const server = createServer((socket) => socket.on('error', () => {}).end())
    server.listen(port, '0.0.0.0')
    await once(server, 'listening')
    return (server.address() as { port: number }).port
  },
  /** Whether TCP connects, in words. */
  connect: async ({ address, port, withinMs }: Target & { withinMs: number }): Promise<Outcome> => {
    const socket = connect({ host: address, port, timeout: withinMs })
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    socket.once('connect', () => resolve('connected'))
    socket.once('error', () => resolve('refused'))
    socket.once('timeout', () => resolve('no answer'))
    try {
      return await promise
    } finally {
      socket.destroy()
    }
  },
  /** Asks the router for a port. */
  map: ({ port, inner }: { port: number; inner: string }): Promise<Target> => mapByUpnp(inner, port),
  /** Our own STUN responder at these addresses. */
  serveStun: async ({ sockets }: { sockets: StunSocket[] }): Promise<string[]> => {
    const { warnings } = await serveStun({ sockets, clock: systemClock, log: silentLog })
    return [...warnings]
  },
  /** What our own STUN says of the NAT here. */
  nat: ({ servers }: { servers: string[] }): Promise<Nat> => {
    const interfaces = () => Object.values(networkInterfaces()).flatMap((all) => all ?? [])
    const own = (): string[] => interfaces().map(({ address }) => address)
    const random = (bytes: number): Uint8Array => new Uint8Array(randomBytes(bytes))
    return createProbeNat({ clock: systemClock, random, own })(servers, 10_000)
  },
}
export type Probe = typeof calls

serve(calls, 'probing')
