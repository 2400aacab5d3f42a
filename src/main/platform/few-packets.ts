import type { Stream, Transport, Upgrader } from '@libp2p/interface'
import type { Socket } from 'node:net'
import { KiB } from '../../shared/units.ts'
import { sealedRooms } from './recycled.ts'

/*
 * Fewer packets for the same bytes. What libp2p's parts do alone is right for streams that carry files; questions and
 * answers of 100 bytes become four packets each way. Nothing on the wire changes but where one packet ends.
 */

/** As js-yamux writes it: opened, acknowledged, and not paused. */
const ESTABLISHED = 3

/** What a stream of Yamux has besides; others have no windows. */
interface Windowed {
  state?: unknown
  recvWindow?: unknown
  recvWindowCapacity?: unknown
  sendWindowUpdate?: () => void
}

/**
 * js-yamux answers every frame with the window that it left: a packet of its own, sealed and sent, for each message. Here
 * it waits until half of the window is used, as other implementations do; messages are small and windows 256 KiB.
 */
export function withThriftyWindow(stream: Stream): void {
  const yamux = stream as Windowed
  const update = yamux.sendWindowUpdate?.bind(stream)
  if (update === undefined) return
  yamux.sendWindowUpdate = () => {
    const { recvWindow, recvWindowCapacity, state } = yamux
    const isKnown = state === ESTABLISHED && typeof recvWindow === 'number' && typeof recvWindowCapacity === 'number'
    if (!isKnown || recvWindowCapacity < recvWindow / 2) update()
  }
}


/** A frame of ours and what is around it. Larger pieces are several packets in any case, and copying them costs. */
const MAX_JOINED_BYTES = 16 * KiB

/** What a connection of libp2p's TCP is made of besides. */
interface Sending {
  sendData?: (data: Pieces) => unknown
  readonly socket?: Pick<Socket, 'cork' | 'uncork' | 'write'>
}
interface Pieces extends Iterable<Uint8Array> {
  readonly byteLength: number
  subarray(): Uint8Array
}

/**
 * Noise puts two bytes of length before what it sealed, and libp2p's TCP writes them by themselves: two calls of the
 * kernel, two packets, and on the other side two wake-ups. Here they are written with what follows them: copied together
 * where that is little, and handed to the kernel in one call where it is much.
 */
export function inOneWrite<Connection extends object>(connection: Connection): Connection {
  const sending = connection as Sending
  const send = sending.sendData?.bind(connection)
  if (send !== undefined) {
    const { socket } = sending
    sending.sendData = (data) => {
      if (data.byteLength <= MAX_JOINED_BYTES) return send(one(data.subarray()))
      return socket === undefined ? send(data) : inOneCall(socket, data)
    }
  }
  return connection
}

/** As libp2p's TCP writes: until the socket wants no more. */
function inOneCall(socket: Pick<Socket, 'cork' | 'uncork' | 'write'>, data: Pieces): { sentBytes: number; canSendMore: boolean } {
  let sentBytes = 0
  let canSendMore = true
  socket.cork()
  try {
    for (const piece of data) {
      sentBytes += piece.byteLength
      // Where it failed, some systems may read that memory still.
      canSendMore = socket.write(piece, (error) => {
        if (error == null) sealedRooms.giveBack(piece)
      })
      if (!canSendMore) break
    }
  } finally {
    socket.uncork()
  }
  return { sentBytes, canSendMore }
}

function one(bytes: Uint8Array): Pieces {
  return { byteLength: bytes.byteLength, subarray: () => bytes, [Symbol.iterator]: () => [bytes].values() }
}

/** The same for each connection that `transport` makes. */
export function sendingInOneWrite(transport: Transport): Transport {
  const dial = transport.dial.bind(transport)
  const createListener = transport.createListener.bind(transport)
  return Object.assign(transport, {
    dial: (...[address, options]: Parameters<Transport['dial']>) => dial(address, { ...options, upgrader: joining(options.upgrader) }),
    createListener: (...[options]: Parameters<Transport['createListener']>) => {
      return createListener({ ...options, upgrader: joining(options.upgrader) })
    },
  })
}

function joining(upgrader: Upgrader): Upgrader {
  type Upgrade = (connection: object, options: object) => Promise<never>
  const inbound = upgrader.upgradeInbound.bind(upgrader) as Upgrade
  const outbound = upgrader.upgradeOutbound.bind(upgrader) as Upgrade
  const joined = {
    upgradeInbound: (connection: object, options: object) => inbound(inOneWrite(connection), options),
    upgradeOutbound: (connection: object, options: object) => outbound(inOneWrite(connection), options),
  }
  return Object.assign(Object.create(upgrader) as Upgrader, joined)
}
