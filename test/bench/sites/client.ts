import { once } from 'node:events'
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp, type RequestOptions } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { serve } from '../../lab/remote.ts'
import { timed } from '../stats.ts'
import { tlsConnect } from '../tls-peer.ts'
import { BROWSER_AT_ONCE, bytesOf, type Get, type Loaded, loadPage, requestsASecond } from './browser.ts'
import { LARGE_PATH, type PageFile, pageFiles, SMALL } from './page.ts'

/*
 * An ordinary program, as a process of its own: it asks for pages over HTTPS, and over HTTP at the gateway.
 */

/** `host`: what the gateway is asked for. */
export type Server = { readonly kind: 'https'; readonly port: number } | { readonly kind: 'gateway'; readonly port: number; readonly host: string }

/** Connections that are kept, each server's its own. */
const kept = new Map<string, Get>()

function newGet(server: Server, maxSockets: number): Get {
  const options = { keepAlive: true, maxSockets, maxFreeSockets: maxSockets, noDelay: true }
  const base: RequestOptions = { host: '127.0.0.1', port: server.port }
  if (server.kind === 'gateway') {
    const agent = new HttpAgent(options)
    return (path) => asked((taken) => requestHttp({ ...base, agent, path, headers: { Host: server.host } }, taken))
  }
  const agent = new HttpsAgent({ ...options, rejectUnauthorized: false })
  return (path) => asked((taken) => requestHttps({ ...base, agent, path }, taken))
}

function asked(begin: (taken: (answer: IncomingMessage) => void) => ReturnType<typeof requestHttp>): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = begin((answer) => {
      if (answer.statusCode === 200) return resolve(answer)
      answer.resume()
      reject(new Error(`it was answered with ${answer.statusCode}`))
    })
    request.once('error', reject)
    request.end()
  })
}

function getOf(server: Server, maxSockets: number): Get {
  const key = JSON.stringify([server, maxSockets])
  const get = kept.get(key) ?? newGet(server, maxSockets)
  kept.set(key, get)
  return get
}

const calls = {
  /** With connections of its own, or with those that are kept. */
  load: ({ server, isCold }: { server: Server; isCold: boolean }): Promise<Loaded> =>
    loadPage(isCold ? newGet(server, BROWSER_AT_ONCE) : getOf(server, BROWSER_AT_ONCE), pageFiles),
  many: ({ server, atOnce, forMs, file = SMALL }: { server: Server; atOnce: number; forMs: number; file?: PageFile }): Promise<number> =>
    requestsASecond(getOf(server, atOnce), file, { atOnce, forMs }),
  /** In ms. */
  download: ({ server }: { server: Server }): Promise<number> =>
    timed(async () => void (await bytesOf(await getOf(server, BROWSER_AT_ONCE)(LARGE_PATH)))),
  /** The same many bytes over raw TLS, in ms. */
  async rawDownload({ port, bytes }: { port: number; bytes: number }): Promise<number> {
    const socket = await tlsConnect(port)
    const asked = Buffer.alloc(8)
    asked.writeBigUInt64BE(BigInt(bytes))
    return timed(async () => {
      const read = bytesOf(socket)
      socket.write(asked)
      if ((await read) !== bytes) throw new Error('fewer bytes came')
      if (!socket.destroyed) await once(socket, 'close')
    })
  },
}
export type ClientCalls = typeof calls

serve(calls, 'ready')
