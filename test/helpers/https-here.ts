import 'reflect-metadata'
import { createHash, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import * as x509 from '@peculiar/x509'

/** An HTTPS server of this machine, with a certificate that nobody vouches for. */
export interface HttpsHere {
  readonly port: number
  /** For who trusts it by itself. */
  readonly cert: string
  /** What Chromium's `--ignore-certificate-errors-spki-list` takes it for good by. */
  readonly spki: string
  close(): Promise<void>
}

const DAY_MS = 86_400_000

/** `pages`: by their paths; one that is null begins, and never ends. */
export async function serveHttpsHere(host: string, pages: Readonly<Record<string, string | null>>): Promise<HttpsHere> {
  x509.cryptoProvider.set(globalThis.crypto)
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${host}`,
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + DAY_MS),
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: host }])],
  })
  const cert = made.toString('pem')
  const key = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')}\n-----END PRIVATE KEY-----\n`
  const server = createServer({ key, cert }, ({ url = '/' }, response) => {
    const page = pages[url]
    response.setHeader('content-type', 'text/html')
    if (page === null) response.write('…')
    else response.end(page ?? 'not found')
  })
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    cert,
    spki: createHash('sha256').update(new X509Certificate(cert).publicKey.export({ type: 'spki', format: 'der' })).digest('base64'),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
