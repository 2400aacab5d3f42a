import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { PeerId } from '../../../src/shared/ids.ts'
import type { RemotePeer } from '../../../src/main/platform/streams.ts'
import { createFileProtocol, type GivenFile } from '../../../src/main/protocols/file/index.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { CHUNK_BYTES, fileIdOf, HashTree, leafOf } from '../../../src/main/platform/hash-tree.ts'
import { sideHost, SideHolder, SideReceiver, type SideJob } from '../../../src/main/protocols/file/side/side-channel.ts'
import { eventually } from '../../helpers/eventually.ts'
import { twoNodes } from '../../helpers/two-nodes.ts'
import { comesTo, noiseOf, send, town } from './file-town.ts'

const HOST = '127.0.0.1'
const { signal } = new AbortController()

async function holder(): Promise<SideHolder> {
  // Threads of the test before this one may be ending still.
  const side = await eventually('a thread', () => SideHolder.open(HOST))
  onTestFinished(() => side.close(new Error('the test is over')))
  return side
}

async function receiver(port: number, key: Uint8Array): Promise<SideReceiver> {
  const side = await SideReceiver.connect(HOST, port, key)
  onTestFinished(() => side.close(new Error('the test is over')))
  return side
}

async function jobOf(bytes: Uint8Array): Promise<SideJob & { path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'latch-side-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'x')
  await writeFile(path, bytes)
  const { size, mtimeMs } = await stat(path)
  return { path, number: 7, head: Buffer.from('head'), segments: [{ path, at: 0, bytes: size, stamp: { bytes: size, changedMs: mtimeMs } }] }
}

/** What is said over a bare connection, until it is closed. */
async function intruder(port: number, said: Uint8Array): Promise<Socket> {
  const socket = connect(port, HOST)
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(said)
  return socket
}

test('a chunk goes over as it lies on the disk, behind what was put before it', async () => {
  const bytes = noiseOf(262_140, 1)
  const job = await jobOf(bytes)
  const side = await holder()
  const there = await receiver(side.port, side.key)
  for (let n = 0; n < 40; n++) expect(await side.send({ ...job, number: n })).toBe('sent')
  for (let n = 0; n < 40; n++) {
    const chunk = await there.next(signal)
    expect(chunk.number).toBe(n)
    expect(Buffer.compare(Buffer.from(chunk.bytes), Buffer.concat([Buffer.from('head'), bytes]))).toBe(0)
  }
})

test('what was changed since it was hashed is not sent', async () => {
  const job = await jobOf(noiseOf(1_000, 2))
  const side = await holder()
  await receiver(side.port, side.key)
  await writeFile(job.path, noiseOf(1_000, 3))
  expect(await side.send(job)).toBe('gone')
  await rm(job.path)
  expect(await side.send(job)).toBe('gone')
})

test('whoever has not the key gets nothing, and keeps nobody out who has it', async () => {
  const job = await jobOf(Buffer.from('secret'))
  const side = await holder()
  await expect(SideReceiver.connect(HOST, side.port, new Uint8Array(32))).rejects.toThrow()
  const scanners = [await intruder(side.port, Buffer.from('GET / HTTP/1.1\r\n\r\n')), await intruder(side.port, Buffer.alloc(100_000))]
  await eventually('they are gone', () => scanners.every((socket) => socket.destroyed))
  const silent = await intruder(side.port, Buffer.alloc(0))
  const there = await receiver(side.port, side.key)
  side.send(job).catch(() => {})
  expect(Buffer.from((await there.next(signal)).bytes).toString()).toBe('headsecret')
  silent.destroy()
})

test('one is let in, and no second, with the key or without', async () => {
  const side = await holder()
  await receiver(side.port, side.key)
  await expect(SideReceiver.connect(HOST, side.port, side.key)).rejects.toThrow()
})

test('a bit that is flipped on the way ends it, and nothing of the chunk is given', async () => {
  const job = await jobOf(noiseOf(200_000, 4))
  const side = await holder()
  let passed = 0
  const middle = createServer((client) => {
    const server = connect(side.port, HOST)
    for (const one of [client, server]) one.on('error', () => {})
    client.pipe(server)
    server.on('data', (bytes: Buffer) => {
      // The hello has 24 bytes; what comes behind it is the chunk.
      if (passed <= 100_000 && passed + bytes.byteLength > 100_000) bytes[100_000 - passed] = (bytes[100_000 - passed] ?? 0) ^ 1
      passed += bytes.byteLength
      client.write(bytes)
    })
    server.once('close', () => client.destroy())
    client.once('close', () => server.destroy())
  }).listen(0, HOST)
  onTestFinished(() => void middle.close())
  await once(middle, 'listening')
  const there = await receiver((middle.address() as AddressInfo).port, side.key)
  side.send(job).catch(() => {})
  await expect(there.next(signal)).rejects.toThrow()
})

test('what is sent holds nothing of the file, and is never twice the same', async () => {
  const job = await jobOf(Buffer.alloc(100_000, 'the same words again and again '))
  const side = await holder()
  const seen: Buffer[] = []
  const middle = createServer((client) => {
    const server = connect(side.port, HOST)
    for (const one of [client, server]) one.on('error', () => {})
    client.pipe(server).on('data', (bytes: Buffer) => {
      seen.push(bytes)
      client.write(bytes)
    })
  }).listen(0, HOST)
  onTestFinished(() => void middle.close())
  await once(middle, 'listening')
  const there = await receiver((middle.address() as AddressInfo).port, side.key)
  for (let n = 0; n < 2; n++) {
    side.send(job).catch(() => {})
    await there.next(signal)
  }
  const all = Buffer.concat(seen)
  expect(all.includes('same words')).toBe(false)
  const [first, second] = [all.subarray(24, 24 + 100_000), all.subarray(24 + 100_028)]
  expect(first.subarray(0, 64).equals(second.subarray(0, 64))).toBe(false)
})

test('where nobody comes it does not wait for long', async () => {
  const side = await holder()
  const job = await jobOf(Buffer.from('x'))
  await expect(side.send(job)).rejects.toThrow('nobody came')
}, 20_000)

test('where there are enough ways beside streams, a large file comes over its stream', async () => {
  const sides = await Promise.all([holder(), holder(), holder(), holder()])
  expect(await SideHolder.open(HOST)).toBeNull()
  await Promise.all(sides.map((side) => receiver(side.port, side.key)))
  const where = await town({ transport: 'tcp' })
  onTestFinished(() => where.close())
  const [ada, bea] = [await where.resident('a'), await where.resident('b')]
  const bytes = noiseOf(20_000_000, 5)
  await writeFile(join(ada.folder, 'x'), bytes)
  const done = await comesTo(bea, await send(ada, bea, join(ada.folder, 'x')), 'done')
  expect(Buffer.compare(await readFile(done.path ?? ''), bytes)).toBe(0)
})

test('a device that asks gets its chunks beside the stream, and lists and bad news over it', async () => {
  const nodes = await twoNodes({ transport: 'tcp' })
  onTestFinished(() => nodes.close())
  const bytes = noiseOf(600_000, 6)
  const { path, segments } = await jobOf(bytes)
  const cut = (number: number): Uint8Array => bytes.subarray(number * CHUNK_BYTES, (number + 1) * CHUNK_BYTES)
  const leaves = Buffer.concat([0, 1, 2].map((number) => leafOf(cut(number))))
  const { head, groups, leavesOf } = HashTree.of(bytes.byteLength, 0, leaves)
  const [segment] = segments
  if (segment === undefined) throw new Error('it has one')
  const given: GivenFile = {
    head,
    groups: () => Promise.resolve(groups),
    leaves: (group) => Promise.resolve(leavesOf(group)),
    // Nothing of it can go over the stream.
    chunk: () => Promise.resolve(null),
    job: (number) => ({ number, head: new Uint8Array(), segments: [{ ...segment, at: number * CHUNK_BYTES, bytes: cut(number).byteLength }] }),
    taken: () => {},
    over: () => {},
  }
  const protocol = (one: typeof nodes.a) => createFileProtocol({ streams: one.streams, clock: systemClock, offence: one.offence })
  await protocol(nodes.b).serve({ give: () => Promise.resolve(given) })
  const channel = await protocol(nodes.a).open(nodes.b.peerId, fileIdOf(head))
  onTestFinished(() => channel.close(new Error('the test is over')))
  expect(channel.askSide()).toBe(true)
  const side = await channel.next()
  expect(side.kind).toBe('side')
  await channel.goBeside(side.bytes)
  channel.ask({ want: 'chunks', first: 0, count: 3 })
  channel.ask({ want: 'leaves', group: 0 })
  for (const number of [0, 1, 2]) expect(Buffer.compare(Buffer.from((await channel.next()).bytes), Buffer.from(cut(number)))).toBe(0)
  expect(Buffer.compare(Buffer.from((await channel.next()).bytes), leaves)).toBe(0)
  await writeFile(path, 'changed')
  channel.ask({ want: 'chunks', first: 0, count: 1 })
  await expect(channel.next()).rejects.toMatchObject({ name: 'FileRefusedError', code: 'gone' })
})

test('only beside a direct connection over TCP is there such a way', () => {
  const peer: RemotePeer = {
    peerId: 'x' as PeerId, connection: '1', route: 'direct', transport: 'tcp', address: '/ip4/198.51.100.7/tcp/4001/p2p/x', direction: 'outbound', circuit: null,
  }
  expect(sideHost(peer)).toBe('198.51.100.7')
  expect(sideHost({ ...peer, address: '/ip6/2001:db8::1/tcp/4001' })).toBe('2001:db8::1')
  expect(sideHost({ ...peer, address: '/dns4/example.org/tcp/4001' })).toBeNull()
  expect(sideHost({ ...peer, transport: 'webrtc' })).toBeNull()
  expect(sideHost({ ...peer, transport: 'relay', route: 'relayed' })).toBeNull()
  expect(sideHost({ ...peer, circuit: { through: 'r' as PeerId, dataBytes: null, leftBytes: null, durationMs: null, untilMs: null } })).toBeNull()
})
