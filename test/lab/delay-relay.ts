import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { MiB } from '../../src/shared/units.ts'
import { fillChecksum } from './checksum.ts'
import { serve } from './remote.ts'

/*
 * Stands between the two ends of a VXLAN and holds each datagram for a while: netem, for kernels that have none. One
 * socket for each end, and what comes in at one goes out to the other end, in order.
 */

const { oneWayMs, air, far, ports } = JSON.parse(process.argv[2] ?? '') as {
  oneWayMs: number
  air: string
  far: string
  ports: { host: number; gateway: number }
}

const VXLAN_HEADER_BYTES = 8

/** Room for what arrives while this process does not run: 1 MiB is some 700 packets. */
const BUFFER_BYTES = 4 * MiB

async function open(port: number): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.bind(port, far)
  await once(socket, 'listening')
  socket.setRecvBufferSize(BUFFER_BYTES)
  socket.setSendBufferSize(BUFFER_BYTES)
  socket.on('error', () => {})
  return socket
}

function hold(from: Socket, to: Socket, toPort: number): void {
  const held: { dueMs: number; bytes: Buffer }[] = []
  const pass = (): void => {
    for (let next = held[0]; next !== undefined; next = held[0]) {
      const leftMs = next.dueMs - performance.now()
      if (leftMs > 0.5) {
        setTimeout(pass, leftMs)
        return
      }
      held.shift()
      to.send(next.bytes, toPort, air)
    }
  }
  from.on('message', (bytes) => {
    fillChecksum(bytes, VXLAN_HEADER_BYTES)
    held.push({ dueMs: performance.now() + oneWayMs, bytes })
    if (held.length === 1) pass()
  })
}

const [host, gateway] = await Promise.all([open(ports.host), open(ports.gateway)])
hold(host, gateway, ports.gateway)
hold(gateway, host, ports.host)
serve({}, 'holding')
