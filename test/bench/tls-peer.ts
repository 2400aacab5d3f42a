import 'reflect-metadata'
import { once } from 'node:events'
import { connect, createServer, type Server, type TLSSocket } from 'node:tls'
import type { AddressInfo } from 'node:net'
import * as x509 from '@peculiar/x509'

/*
 * Raw TLS 1.3 over TCP with Node's own sockets: the least that an encrypted exchange costs on this machine.
 * The far side echoes what comes, 64 bytes at a time.
 */

export const PING_BYTES = 64

/** An echo over TLS 1.3 on loopback, with a certificate made for this run. */
export async function tlsEcho(): Promise<{ port: number; close: () => Promise<void> }> {
  const { key, cert } = await selfSigned()
  const server: Server = createServer({ key, cert, minVersion: 'TLSv1.3', noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy())
    socket.pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close()
      await once(server, 'close')
    },
  }
}

/** Connects, and waits for the handshake. */
export async function tlsConnect(port: number): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, minVersion: 'TLSv1.3' })
  socket.setNoDelay(true)
  await once(socket, 'secureConnect')
  return socket
}

/** Sends 64 bytes and resolves when 64 came back. */
export async function tlsPing(socket: TLSSocket): Promise<void> {
  let left = PING_BYTES
  const { promise, resolve } = Promise.withResolvers<void>()
  const onData = (bytes: Buffer): void => {
    left -= bytes.byteLength
    if (left <= 0) resolve()
  }
  socket.on('data', onData)
  socket.write(Buffer.alloc(PING_BYTES, 7))
  await promise
  socket.off('data', onData)
}

/** A key and a certificate for this run. */
export async function selfSigned(): Promise<{ key: string; cert: string }> {
  x509.cryptoProvider.set(globalThis.crypto)
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=localhost',
    keys,
    signingAlgorithm: algorithm,
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 86_400_000),
  })
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  return { cert: certificate.toString('pem'), key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n` }
}
