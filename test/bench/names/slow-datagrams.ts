import type { Socket } from 'node:dgram'

/*
 * A link with a delay for datagrams: each is sent so much later, in order. With both ends of it, a round trip takes twice
 * that. The delay may be set later: a village of fifty that finds itself over slow links takes half a minute.
 */

export interface Link {
  oneWayMs: number
}

interface Sends {
  readonly send: (bytes: Uint8Array, ...rest: unknown[]) => void
  readonly isClosed: () => boolean
}

/** `send`, so much later. */
export function slowly({ send, isClosed }: Sends, link: Link): Sends['send'] {
  return (bytes, ...rest) => {
    if (link.oneWayMs === 0) return send(bytes, ...rest)
    // What is sent is taken now: its memory may be another's by then.
    const kept = Buffer.from(bytes)
    setTimeout(() => (isClosed() ? undefined : send(kept, ...rest)), link.oneWayMs)
  }
}

export function slowDatagrams(socket: Socket, link: Link): Socket {
  const send = socket.send.bind(socket) as Sends['send']
  let closed = false
  socket.on('close', () => (closed = true))
  return Object.assign(socket, { send: slowly({ send, isClosed: () => closed }, link) })
}
