import { createServer, type AddressInfo, type Server } from 'node:net'
import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@libp2p/yamux'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p, type Libp2p } from 'libp2p'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { whyNotReached } from '../../../src/main/features/peers/failure.ts'
import { DeadlineError } from '../../../src/main/platform/clock.ts'
import { somePeerId } from './fake-network.ts'

let here: Libp2p
let there: Libp2p
let web: Server

const node = () =>
  createLibp2p({
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
  })

beforeAll(async () => {
  here = await node()
  there = await node()
  web = createServer((socket) => socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
})

afterAll(async () => {
  await here.stop()
  await there.stop()
  await new Promise((resolve) => web.close(resolve))
})

async function why(address: string, signal = AbortSignal.timeout(5_000)): Promise<string> {
  try {
    await here.dial(multiaddr(address), { signal })
  } catch (error) {
    return whyNotReached(error)
  }
  throw new Error('it was reached')
}

test('an open port behind which nobody is: no answer', async () => {
  expect(await why('/ip4/127.0.0.1/tcp/1')).toBe('No answer at that address.')
})

test('another peer than the address names', async () => {
  const [address] = there.getMultiaddrs().map((one) => one.toString().replace(/\/p2p\/.*/, ''))
  expect(await why(`${address}/p2p/${somePeerId()}`)).toBe('Somebody answered there, but as another peer.')
})

test('this device itself', async () => {
  expect(await why(String(here.getMultiaddrs()[0]))).toBe('That is this device itself.')
})

test('a web server', async () => {
  const { port } = web.address() as AddressInfo
  expect(await why(`/ip4/127.0.0.1/tcp/${port}`)).toMatch(/^Something answered at that address, but hung up/)
})

test('a transport that this device does not have', async () => {
  expect(await why('/ip4/127.0.0.1/udp/1/quic-v1')).toMatch(/^No address is known at which/)
})

test('a host name that is none', async () => {
  expect(await why('/dns4/nobody.invalid/tcp/1')).toMatch(/^The host name/)
})

test('too long a wait', () => {
  expect(whyNotReached(new DeadlineError('connecting', 15_000))).toBe('No answer at that address.')
})

test('whatever is thrown gives a sentence', () => {
  const loop = new Error('loop')
  loop.cause = loop
  for (const thrown of [undefined, 'text', loop, new AggregateError([loop, loop], 'both')]) {
    expect(whyNotReached(thrown)).toBe('No answer at that address.')
  }
})
