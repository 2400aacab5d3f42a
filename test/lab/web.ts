import 'reflect-metadata'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { Socket } from 'node:net'
import * as x509 from '@peculiar/x509'
import { MiB } from '../../src/shared/units.ts'
import { serve } from './remote.ts'

/* A host of the outside web: HTTPS at port 443 of wherever it is started, with a certificate made for this run. */

export interface WebOrders {
  /** What it is called, on its certificate. */
  readonly host: string
}

export interface WebReady {
  readonly certificate: string
  /** Of `/large`, whose bytes are `latch ` over and over. */
  readonly largeBytes: number
}

const LARGE_BYTES = 4 * MiB
const EVERY_MS = 50

const { host } = JSON.parse(process.argv[2] ?? '') as WebOrders
/** Where each connection that it took came from. */
const visitors: string[] = []

const { key, certificate } = await certified(host)
const server = createServer({ key, cert: certificate }, (request, response) => {
  switch (request.url) {
    case '/large':
      return response.end(Buffer.alloc(LARGE_BYTES, 'latch '))
    case '/endless': {
      const timer = setInterval(() => response.write('still here\n'), EVERY_MS)
      response.on('close', () => clearInterval(timer))
      return response.write('here\n')
    }
    default:
      return response.end(`${request.method} ${request.url} from ${request.socket.remoteAddress}`)
  }
})
server.on('connection', (socket: Socket) => {
  visitors.push(socket.remoteAddress ?? '')
  socket.on('error', () => socket.destroy())
})
server.on('tlsClientError', (_error, socket) => socket.destroy())
server.listen(443, '0.0.0.0')
await once(server, 'listening')

async function certified(name: string): Promise<{ key: string; certificate: string }> {
  x509.cryptoProvider.set(globalThis.crypto)
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 86_400_000),
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }])],
  })
  const body = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  return { certificate: made.toString('pem'), key: `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n` }
}

const calls = {
  /** The addresses from which connections came, since it started. */
  visitors: (): string[] => visitors,
}
export type Web = typeof calls

serve(calls, { certificate, largeBytes: LARGE_BYTES } satisfies WebReady)
