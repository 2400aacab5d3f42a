import { randomBytes } from 'node:crypto'
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createGateway, type Gateway } from '../../../src/main/features/browse/gateway/index.ts'
import type { GatewayState } from '../../../src/shared/model/browse.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { openingScene, type Scene } from './opening-scene.ts'

interface Settings {
  gateway: boolean
  gatewayPort: number
}

export interface GatewayScene extends Scene {
  readonly gateway: Gateway
  readonly port: number
  readonly settings: { change(to: Partial<Settings>): void }
  /** As it was told. */
  readonly told: GatewayState[]
  close(): Promise<void>
}

/** A gateway over an opening scene, on whichever port is free unless said otherwise. */
export async function gatewayScene(options: { devices?: number; port?: number } = {}): Promise<GatewayScene> {
  const scene = await openingScene(options)
  const told: GatewayState[] = []
  let settings: Settings = { gateway: true, gatewayPort: options.port ?? 0 }
  const listeners = new Set<(settings: Settings) => void>()
  const gateway = createGateway({
    clock: systemClock,
    database: openMemoryDatabase(),
    random: (bytes) => randomBytes(bytes),
    log: silentLog,
    opening: scene.opening,
    tld: () => 'peer',
    changed: (state) => void told.push(state),
    settings: {
      get: () => settings,
      subscribe: (listener) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
  })
  await gateway.start()
  const closeScene = scene.close.bind(scene)
  return Object.assign(scene, {
    gateway,
    told,
    port: gateway.state().port,
    settings: {
      change(to: Partial<Settings>) {
        settings = { ...settings, ...to }
        for (const listener of listeners) listener(settings)
      },
    },
    async close() {
      await gateway.stop()
      await closeScene()
    },
  })
}

export interface Answered {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly body: string
}

export interface AskedOf {
  readonly method?: string
  readonly host?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
  readonly address?: string
}

/** Asks a gateway as a program does, with any header that it likes. */
export async function ask(port: number, path: string, asked: AskedOf = {}): Promise<Answered> {
  const message = await begin(port, path, asked)
  let body = ''
  message.setEncoding('utf8')
  for await (const chunk of message) body += String(chunk)
  return { status: message.statusCode ?? 0, headers: message.headers, rawHeaders: message.rawHeaders, body }
}

/** The answer as it begins. */
export function begin(port: number, path: string, { method = 'GET', host, headers = {}, body, address = '127.0.0.1' }: AskedOf = {}): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: address, port, path, method, agent: false, headers: { host: host ?? `alice.peer.localhost:${port}`, ...headers } }, resolve)
    sent.on('error', reject)
    sent.end(body)
  })
}

/** A program of Alice's, behind a port. */
export async function program(handle: RequestListener): Promise<{ server: Server; port: number; close(): void }> {
  const server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    server,
    port: (server.address() as AddressInfo).port,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
