import { once } from 'node:events'
import { connect, createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { createExit } from '../../../src/main/features/exit/index.ts'
import type { ExitFeature, ExitParts } from '../../../src/main/features/exit/types.ts'
import { type Clock, systemClock } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { Admission } from '../../../src/main/platform/streams.ts'
import { AccountId, type PeerId } from '../../../src/shared/ids.ts'
import { twoNodes, type TestNode, type TwoNodes } from '../../helpers/two-nodes.ts'

/** An address of the outside web, in these tests: what is dialled to it ends at a server on loopback. */
export const OUTSIDE = '93.184.216.34'
export const bea = AccountId.parse(`k51${'a'.repeat(59)}`)
export const al = AccountId.parse(`k51${'b'.repeat(59)}`)

const letOut: Admission = { verdict: 'allow', why: 'a rule for contacts' }
export const keptIn = (code: 'denied' | 'knock-first' | 'unproven' | 'silent'): Admission => ({ verdict: 'refuse', code, why: 'a test' })

/** What the exit's house says, to be changed by a test. */
export interface ExitHouse {
  isContact: boolean
  /** Whether they have proven who they are. */
  isKnown: boolean
  account: AccountId
  /** What the door waits for before it says anything. */
  proven: () => Promise<void>
  seenAs: readonly string[]
  named: readonly string[]
  admits: (host: string) => Admission
  stays: (host: string) => Admission
  isOffered: boolean
  resolve: (host: string, signal: AbortSignal) => Promise<readonly string[]>
  networks: readonly string[]
  /** Hosts that the door was asked about. */
  readonly asked: string[]
  /** Addresses that were dialled. */
  readonly dialled: string[]
}

export interface TwoExits {
  readonly nodes: TwoNodes
  /** Of Al, who wants out. */
  readonly asking: ExitFeature
  /** Of Bea, through whose device he goes. */
  readonly exit: ExitFeature
  readonly house: ExitHouse
  readonly database: Database
  /** Al's, where he is connected to Bea's device. */
  isConnected: boolean
  close(): Promise<void>
}

export interface TwoExitsOptions {
  readonly clock?: Clock
  /** The port on loopback at which everything outside ends. */
  readonly port: number
  readonly dial?: ExitParts['dial']
  readonly database?: Database
}

export async function twoExits({ clock = systemClock, port, dial, database = openMemoryDatabase() }: TwoExitsOptions): Promise<TwoExits> {
  const nodes = await twoNodes({ transport: 'tcp', clock })
  const house: ExitHouse = {
    isContact: true,
    isKnown: true,
    account: al,
    proven: async () => {},
    seenAs: [],
    named: [],
    admits: () => letOut,
    stays: () => letOut,
    isOffered: true,
    resolve: async () => [OUTSIDE],
    networks: [],
    asked: [],
    dialled: [],
  }
  const make = (node: TestNode, other: TestNode, more: Partial<ExitParts>): ExitFeature =>
    createExit({
      database: openMemoryDatabase(),
      clock,
      log: silentLog,
      streams: node.streams,
      offence: node.offence,
      admits: async () => keptIn('denied'),
      who: () => null,
      isOffered: () => false,
      devices: () => [],
      connect: async () => {},
      resolve: async () => [],
      dial: async () => Promise.reject(new Error('nothing is dialled here')),
      ownTlds: () => ['peer'],
      ...more,
    })
  const exit = make(nodes.b, nodes.a, {
    database,
    admits: async (_peer, host) => {
      house.asked.push(host)
      await house.proven()
      return house.admits(host)
    },
    stays: (_peer, host) => house.stays(host),
    who: () => (house.isKnown ? { account: house.account, called: 'Al', isContact: house.isContact } : null),
    seenAs: () => house.seenAs,
    named: () => house.named,
    isOffered: () => house.isOffered,
    resolve: (host, signal) => house.resolve(host, signal),
    networks: () => house.networks,
    dial:
      dial ??
      (async (ip, _port, signal) => {
        house.dialled.push(ip)
        return dialLoopback(port, signal)
      }),
  })
  const two: Omit<TwoExits, 'asking'> & { isConnected: boolean } = {
    nodes,
    exit,
    house,
    database,
    isConnected: true,
    async close() {
      await asking.stop()
      await exit.stop()
      await nodes.close()
    },
  }
  const devices = (): ReturnType<ExitParts['devices']> => [
    { peerId: nodes.b.peerId, account: bea, called: 'Bea', isConnected: two.isConnected },
  ]
  const asking = make(nodes.a, nodes.b, { devices })
  await exit.start()
  await asking.start()
  return Object.assign(two, { asking })
}

async function dialLoopback(port: number, signal: AbortSignal): Promise<Duplex> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true, noDelay: true })
  await once(socket, 'connect', { signal }).catch((error: unknown) => {
    socket.destroy()
    throw error
  })
  return socket
}

export interface Far {
  readonly port: number
  /** Connections that it took. */
  readonly sockets: Socket[]
  close(): Promise<void>
}

/** A server outside: whatever connects is handed to `serve`. */
export async function farServer(serve: (socket: Socket) => void): Promise<Far> {
  return listening(createTcpServer({ allowHalfOpen: true }), serve)
}

const PSK = { identity: 'a test', key: Buffer.alloc(16, 7) }
const CIPHERS = 'PSK-AES128-GCM-SHA256'

/** A TLS server outside, with a key that both know in place of a certificate. */
export async function farTlsServer(serve: (socket: TLSSocket) => void): Promise<Far> {
  const server = createTlsServer({ ciphers: CIPHERS, maxVersion: 'TLSv1.2', pskCallback: () => PSK.key })
  server.on('secureConnection', serve)
  return listening(server, () => {})
}

/** TLS inside what an exit gave. */
export async function tlsOver(socket: Duplex): Promise<TLSSocket> {
  const tls = connectTls({
    socket,
    ciphers: CIPHERS,
    maxVersion: 'TLSv1.2',
    pskCallback: () => ({ psk: PSK.key, identity: PSK.identity }),
    checkServerIdentity: () => undefined,
  })
  await once(tls, 'secureConnect')
  return tls
}

async function listening(server: Server, serve: (socket: Socket) => void): Promise<Far> {
  const sockets: Socket[] = []
  server.on('connection', (socket: Socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    serve(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

export const peerOf = (two: TwoExits): PeerId => two.nodes.b.peerId
