import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@libp2p/yamux'
import { identify } from '@libp2p/identify'
import { tcp } from '@libp2p/tcp'
import type { Connection, Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2p } from 'libp2p'
import { PING_BYTES } from './tls-peer.ts'

/*
 * js-libp2p with stock settings over TCP: what anybody gets who builds on it without looking closer. Its echo stays on
 * one open stream, so that a round trip is a frame there and back and nothing else.
 */

const ECHO = '/bench/echo/1.0.0'

async function node(listen: boolean): Promise<Libp2p> {
  return createLibp2p({
    addresses: { listen: listen ? ['/ip4/127.0.0.1/tcp/0'] : [] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify() },
    // The benchmark dials often from one address.
    connectionManager: { inboundConnectionThreshold: 1_000 },
  })
}

export async function bareEcho(): Promise<{ port: number; peerId: string; close: () => Promise<void> }> {
  const libp2p = await node(true)
  await libp2p.handle(ECHO, (stream) => {
    stream.addEventListener('message', ({ data }) => stream.send(data))
  })
  const address = libp2p.getMultiaddrs()[0]
  if (address === undefined) throw new Error('the bare node listens nowhere')
  const port = Number(/\/tcp\/(\d+)/.exec(address.toString())?.[1])
  return { port, peerId: libp2p.peerId.toString(), close: async () => libp2p.stop() }
}

export class BareDialler {
  readonly #libp2p: Libp2p

  private constructor(libp2p: Libp2p) {
    this.#libp2p = libp2p
  }

  static async start(): Promise<BareDialler> {
    return new BareDialler(await node(false))
  }

  dial(port: number, peerId: string): Promise<Connection> {
    return this.#libp2p.dial(multiaddr(`/ip4/127.0.0.1/tcp/${port}/p2p/${peerId}`))
  }

  openEcho(connection: Connection): Promise<Stream> {
    return connection.newStream(ECHO)
  }

  stop(): Promise<void> {
    return Promise.resolve(this.#libp2p.stop())
  }
}

/** Sends 64 bytes and resolves when 64 came back. */
export async function barePing(stream: Stream): Promise<void> {
  let left = PING_BYTES
  const { promise, resolve } = Promise.withResolvers<void>()
  const onMessage = ({ data }: { data: { byteLength: number } }): void => {
    left -= data.byteLength
    if (left <= 0) resolve()
  }
  stream.addEventListener('message', onMessage)
  stream.send(new Uint8Array(PING_BYTES).fill(7))
  await promise
  stream.removeEventListener('message', onMessage)
}
