import { spawnSync, execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test } from 'vitest'
import { type DnsServer, serveDns } from '../../../src/main/features/names/dns/index.ts'
import { named, partsOf, question, read } from './dns-world.ts'
import type { World } from './resolver-world.ts'

/*
 * Real clients against the real sockets: Node's resolver (c-ares) everywhere, dig where there is one.
 */

const running: DnsServer[] = []
const sockets: Socket[] = []

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await Promise.all(running.splice(0).map((server) => server.close()))
})

async function serving(change: Parameters<typeof partsOf>[1] = {}): Promise<{ at: World; server: DnsServer; resolver: Resolver }> {
  const at = await named()
  const server = await serveDns({ ...partsOf(at, change), port: 0 })
  running.push(server)
  const resolver = new Resolver({ timeout: 5_000, tries: 1 })
  resolver.setServers([`127.0.0.1:${server.port}`])
  return { at, server, resolver }
}

async function dialled({ port }: DnsServer): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port })
  sockets.push(socket)
  await once(socket, 'connect')
  return socket
}

const framed = (message: Buffer): Buffer => {
  const head = Buffer.alloc(2)
  head.writeUInt16BE(message.byteLength)
  return Buffer.concat([head, message])
}

async function answers(socket: Socket, count: number): Promise<Buffer[]> {
  let waiting = Buffer.alloc(0)
  const found: Buffer[] = []
  for await (const chunk of socket) {
    waiting = Buffer.concat([waiting, chunk as Buffer])
    while (waiting.byteLength >= 2 && waiting.byteLength >= 2 + waiting.readUInt16BE(0)) {
      const size = waiting.readUInt16BE(0)
      found.push(waiting.subarray(2, 2 + size))
      waiting = waiting.subarray(2 + size)
    }
    if (found.length >= count) break
  }
  return found
}

describe('Node’s own resolver', () => {
  test('is given addresses, texts and services', async () => {
    const { resolver } = await serving()
    expect((await resolver.resolve4('alice.peer', { ttl: true })).toSorted((a, b) => (a.address < b.address ? -1 : 1))).toEqual([
      { address: '192.0.2.7', ttl: 300 },
      { address: '192.0.2.8', ttl: 300 },
    ])
    expect(await resolver.resolve6('alice.peer')).toEqual(['2001:db8::7'])
    // It takes each byte of a text for a character.
    const [[text = ''] = []] = await resolver.resolveTxt('alice.peer')
    expect(Buffer.from(text, 'latin1').toString()).toBe('Grüße von Alice')
    expect(await resolver.resolveSrv('_http._tcp.alice.peer')).toMatchObject([{ name: 'www.alice.peer', port: 8_080, priority: 0, weight: 0 }])
    expect(await resolver.resolveSoa('peer')).toMatchObject({ nsname: 'ns.peer', minttl: 30 })
  })

  test('gets over TCP what does not fit', async () => {
    const { resolver } = await serving()
    const [pieces] = await resolver.resolveTxt('long.alice.peer')
    expect(pieces?.join('')).toBe('x'.repeat(1_024))
  })

  test('understands what there is not, and what cannot be said now', async () => {
    const { at, resolver } = await serving()
    await expect(resolver.resolve4('carol.peer')).rejects.toMatchObject({ code: 'ENOTFOUND' })
    await expect(resolver.resolve4('www.alice.peer')).rejects.toMatchObject({ code: 'ENODATA' })
    await expect(resolver.resolve4('example.com')).rejects.toMatchObject({ code: 'EREFUSED' })
    at.behind = { blocksLeft: 3 }
    await expect(resolver.resolve4('alice.peer')).rejects.toMatchObject({ code: 'ESERVFAIL' })
  })
})

describe('over TCP', () => {
  test('several questions at once are each answered, though they come in pieces', async () => {
    const { server } = await serving()
    const socket = await dialled(server)
    const bytes = Buffer.concat(['A', 'AAAA', 'TXT'].map((type) => framed(question('alice.peer', type))))
    const coming = answers(socket, 3)
    for (const byte of bytes) socket.write(Uint8Array.of(byte))
    expect((await coming).map((one) => read(one).rcode)).toEqual(['NOERROR', 'NOERROR', 'NOERROR'])
  })

  test('a program that asked and shut its side still gets its answer, and then the end', async () => {
    const { server } = await serving()
    const socket = await dialled(server)
    socket.end(framed(question('alice.peer', 'A')))
    expect(await answers(socket, 2)).toHaveLength(1)
  })

  test('one that names more than a question’s length is cut off', async () => {
    const { server } = await serving()
    const socket = await dialled(server)
    socket.on('error', () => {})
    socket.write(Buffer.from('GET / HTTP/1.1\r\nHost: alice.peer\r\n\r\n'))
    await once(socket, 'close')
    expect(socket.bytesRead).toBe(0)
  })

  test('one that only asks and never reads has 16 questions under way at most', async () => {
    let lookups = 0
    const { server } = await serving({
      resolve: () => {
        lookups += 1
        return new Promise(() => {})
      },
    })
    const socket = await dialled(server)
    socket.write(Buffer.concat(Array.from({ length: 100 }, (_, index) => framed(question(`name${index}.peer`, 'A')))))
    const other = await dialled(server)
    other.write(framed(question('example.com', 'A')))
    expect(read((await answers(other, 1))[0] ?? null).rcode).toBe('REFUSED')
    expect(lookups).toBeLessThanOrEqual(16)
  })
})

test('it listens on one address of loopback alone', async () => {
  const { server } = await serving()
  // On every address it would be reached by this one too.
  const other = connect({ host: '127.0.0.2', port: server.port })
  sockets.push(other)
  const [error] = (await once(other, 'error')) as [NodeJS.ErrnoException]
  expect(error.syscall).toBe('connect')
})

test('it closes with look-ups under way, and gives its port back', async () => {
  const { server } = await serving({ resolve: () => new Promise(() => {}) })
  const socket = await dialled(server)
  socket.on('error', () => {})
  socket.write(framed(question('alice.peer', 'A')))
  await server.close()
  const again = await serveDns({ ...partsOf(await named()), port: server.port })
  running.push(again)
  expect(again.port).toBe(server.port)
  await expect(serveDns({ ...partsOf(await named()), port: server.port })).rejects.toMatchObject({ code: 'CONFLICT' })
})

test('bytes that are no question leave it running', async () => {
  const { server, resolver } = await serving()
  const socket = createSocket('udp4')
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(12, 0xff), Buffer.alloc(4_000), Buffer.from('hello')]) {
    await new Promise<void>((resolve) => socket.send(bytes, server.port, '127.0.0.1', () => resolve()))
  }
  socket.close()
  expect(await resolver.resolve6('alice.peer')).toEqual(['2001:db8::7'])
})

const noDig = spawnSync('dig', ['-v']).error === undefined ? null : 'there is no dig (package bind9-dnsutils)'

describe(noDig === null ? 'dig' : `dig: skipped, because ${noDig}`, () => {
  const dig = async ({ port }: DnsServer, ...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)('dig', ['@127.0.0.1', '-p', String(port), '+tries=1', '+time=5', ...args])
    return stdout
  }

  test.skipIf(noDig !== null)('reads an answer over UDP and over TCP, without a warning', async () => {
    const { server } = await serving()
    for (const way of ['+notcp', '+tcp']) {
      const said = await dig(server, 'alice.peer', 'A', way, '+norec')
      expect(said).toMatch(/status: NOERROR/)
      expect(said).toMatch(/flags: qr aa;/)
      expect(said).toMatch(/alice\.peer\.\s+300\s+IN\s+A\s+192\.0\.2\.7/)
      expect(said).not.toMatch(/WARNING|malformed|extra bytes/i)
    }
  })

  test.skipIf(noDig !== null)('shows why there is none', async () => {
    const { at, server } = await serving()
    expect(await dig(server, 'carol.peer', 'A')).toMatch(/status: NXDOMAIN/)
    expect(await dig(server, 'example.com', 'A')).toMatch(/status: REFUSED/)
    at.behind = { blocksLeft: 7 }
    const behind = await dig(server, 'alice.peer', 'A')
    expect(behind).toMatch(/status: SERVFAIL/)
    expect(behind).toMatch(/EDE: 14 \(Not Ready\).*7 blocks are left/)
  })

  test.skipIf(noDig !== null)('goes over to TCP for what does not fit, and reads services and odd types', async () => {
    const { server } = await serving()
    expect(await dig(server, 'long.alice.peer', 'TXT', '+bufsize=512', '+short')).toContain('x'.repeat(255))
    expect(await dig(server, '_http._tcp.alice.peer', 'SRV', '+short')).toBe('0 0 8080 www.alice.peer.\n')
    expect(await dig(server, 'alice.peer', 'TYPE65', '+noall', '+comments')).toMatch(/status: NOERROR/)
  })
})
