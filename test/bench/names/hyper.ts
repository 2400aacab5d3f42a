import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import HyperDHT from 'hyperdht'
import { at } from '../../helpers/gossip-nodes.ts'
import { type Link, slowly } from './slow-datagrams.ts'
import { type Asker, RECORD_BYTES, RECORDS, type System } from './system.ts'

/* hyperdht on loopback, bootstrapped with its own first node. */

interface HyperVillage {
  readonly [field: string]: unknown
  readonly peers: readonly { readonly host: string; readonly port: number }[]
  /** Public keys in hexadecimal. */
  readonly keys: readonly string[]
}

/** What hyperdht has beside what test/bench/reach says of it. */
interface Records {
  mutablePut(keyPair: KeyPair, value: Buffer): Promise<unknown>
  mutableGet(publicKey: Buffer, options: { latest: boolean }): Promise<object | null>
}
interface KeyPair {
  readonly publicKey: Buffer
}
type Node = HyperDHT & Records

interface UdxSocket {
  readonly closing: boolean
  trySend(bytes: Uint8Array, ...rest: unknown[]): void
}
interface Udx {
  createSocket(...options: unknown[]): UdxSocket
}

const HOST = '127.0.0.1'
const ofHyper = createRequire(createRequire(import.meta.url).resolve('hyperdht'))
const UDX = createRequire(ofHyper.resolve('dht-rpc'))('udx-native') as new () => Udx

function slowUdx(link: Link): Udx {
  const udx = new UDX()
  const make = udx.createSocket.bind(udx)
  udx.createSocket = (...options) => {
    const socket = make(...options)
    const send = socket.trySend.bind(socket)
    return Object.assign(socket, { trySend: slowly({ send, isClosed: () => socket.closing }, link) })
  }
  return udx
}

interface NodeOptions {
  readonly bootstrap: unknown[]
  readonly nodes?: unknown[]
  readonly ephemeral: boolean
  readonly firewalled?: boolean
}

function nodeOf(options: NodeOptions, link: Link): Node {
  const all = { ...options, host: HOST, udx: slowUdx(link) }
  return new HyperDHT(all) as Node
}

export const hyper: System = {
  async village(count, oneWayMs) {
    const bootstrap: { host: string; port: number }[] = []
    const nodes: Node[] = []
    const link = { oneWayMs: 0 }
    for (let made = 0; made < count; made++) {
      const node = nodeOf({ bootstrap, ephemeral: false, firewalled: false }, link)
      await node.fullyBootstrapped()
      nodes.push(node)
      if (made === 0) bootstrap.push({ host: HOST, port: node.address().port })
    }
    const keys: string[] = []
    for (let record = 0; record < RECORDS; record++) {
      const seed = createHash('sha256').update(`bench ${record}`).digest()
      const keyPair = (HyperDHT.keyPair as (seed: Buffer) => KeyPair)(seed)
      await at(nodes, record % count).mutablePut(keyPair, Buffer.alloc(RECORD_BYTES, record))
      keys.push(keyPair.publicKey.toString('hex'))
    }
    link.oneWayMs = oneWayMs
    const peers = nodes.map((node) => ({ host: HOST, port: node.address().port }))
    return { told: { peers, keys } satisfies HyperVillage }
  },

  async asker(told, knows, oneWayMs) {
    const { peers, keys } = told as HyperVillage
    const node = nodeOf({ bootstrap: peers.slice(0, 1), nodes: knows === 'all' ? [...peers] : [], ephemeral: true }, { oneWayMs })
    return {
      async find(which) {
        const found = await node.mutableGet(Buffer.from(at(keys, which), 'hex'), { latest: false })
        if (found === null) throw new Error('hyperdht found nothing')
      },
      idle: async () => {},
      settle: () => node.fullyBootstrapped(),
      close: () => node.destroy(),
    } satisfies Asker
  },
}
