import { connect } from 'node:net'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket, type ClientOptions } from 'ws'
import type { Contract } from '../../../src/shared/contract/index.ts'
import { eventually } from '../../helpers/eventually.ts'
import { hurried, serveSmallNode, type Served } from './small-node.ts'

type Client = ContractRouterClient<Contract>

const MiB = 1024 * 1024

let served: Served
let sockets: WebSocket[]
beforeEach(async () => {
  served = await serveSmallNode({ clock: hurried, limits: { maxSockets: 3 } })
  sockets = []
})
afterEach(async () => {
  for (const socket of sockets) socket.terminate()
  await served.close()
})

function dial(protocols: string[], { path = '/rpc', ...options }: ClientOptions & { path?: string } = {}): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${served.door.port}${path}`, protocols, options)
  socket.on('error', () => {})
  sockets.push(socket)
  return socket
}

const goodProtocols = (): string[] => ['latch', `latch.token.${served.door.token}`]

async function opened(protocols = goodProtocols()): Promise<WebSocket> {
  const socket = dial(protocols)
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return socket
}

function refusal(socket: WebSocket): Promise<number> {
  return new Promise((resolve, reject) => {
    socket.once('unexpected-response', (_, response) => resolve(response.statusCode ?? 0))
    socket.once('open', () => reject(new Error('it opened')))
  })
}

function closing(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => socket.once('close', resolve))
}

function clientOver(socket: WebSocket): Client {
  return createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }))
}

describe('the contract over WebSocket', () => {
  it('answers whoever offers the token, and does not send it back', async () => {
    const socket = await opened()
    expect(socket.protocol).toBe('latch')
    expect(await clientOver(socket).node.status()).toMatchObject({ phase: 'no-account' })
  })

  it('takes the token of a session', async () => {
    const windowToken = served.door.windowUrl().split('=')[1]
    const response = await fetch(`${served.door.url}/session`, {
      method: 'POST',
      headers: { authorization: `Bearer ${windowToken}` },
    })
    const { token } = (await response.json()) as { token: string }
    expect((await opened(['latch', `latch.token.${token}`])).protocol).toBe('latch')
  })

  it('keeps the code of a failure', async () => {
    await expect(clientOver(await opened()).settings.get()).rejects.toMatchObject({ code: 'NO_ACCOUNT', defined: true })
  })

  it('streams to two windows, each from its own snapshot', async () => {
    const [one, two] = [clientOver(await opened()), clientOver(await opened())]
    await one.identity.create({ name: 'Ada' })
    const first = await one.settings.watch()
    expect((await first.next()).value).toMatchObject({ seq: 0, snapshot: { density: 'comfortable' } })
    await two.settings.set({ density: 'compact' })
    const second = await two.settings.watch()
    expect((await second.next()).value).toMatchObject({ seq: 0, snapshot: { density: 'compact' } })
    expect((await first.next()).value).toMatchObject({ seq: 1, event: { settings: { density: 'compact' } } })
    await first.return?.()
    await eventually('one reader is left', () => served.node.watching === 1)
  })

  it('ends the streams of a window that goes away', async () => {
    const socket = await opened()
    const client = clientOver(socket)
    await client.identity.create({ name: 'Ada' })
    await (await client.settings.watch()).next()
    expect(served.node.watching).toBe(1)
    socket.terminate()
    await eventually('nobody reads', () => served.node.watching === 0)
  })

  it('cuts off a reader that falls too far behind, in words', async () => {
    const client = clientOver(await opened())
    await client.identity.create({ name: 'Ada' })
    const items = await client.settings.watch()
    await items.next()
    for (let at = 0; at < 5_000; at += 1) {
      served.node.settingsFeed.publish({ event: 'settings-changed', settings: served.node.settings })
    }
    const reading = async (): Promise<void> => {
      for await (const item of items) expect(item.kind).toBe('event')
    }
    await expect(reading()).rejects.toMatchObject({ code: 'BUSY' })
  })

  it('says goodbye when the node stops', async () => {
    const code = closing(await opened())
    await served.door.close()
    expect(await code).toBe(1001)
  })
})

describe('a WebSocket is refused', () => {
  it('without a token, with a wrong one, and with one in the query', async () => {
    const { token } = served.door
    expect(await refusal(dial(['latch']))).toBe(401)
    expect(await refusal(dial(['latch', `latch.token.${'A'.repeat(43)}`]))).toBe(401)
    expect(await refusal(dial(['latch'], { path: `/rpc?token=${token}` }))).toBe(404)
  })

  it('unless it offers a protocol that can be answered without the token', async () => {
    expect(await refusal(dial([`latch.token.${served.door.token}`]))).toBe(400)
  })

  it('from another origin or for another host, also with the token', async () => {
    expect(await refusal(dial(goodProtocols(), { origin: 'https://evil.example' }))).toBe(403)
    expect(await refusal(dial(goodProtocols(), { headers: { host: 'evil.example' } }))).toBe(403)
  })

  it('at another path', async () => {
    expect(await refusal(dial(goodProtocols(), { path: '/' }))).toBe(404)
  })

  it('beyond the number that may be open', async () => {
    await Promise.all([opened(), opened(), opened()])
    expect(await refusal(dial(goodProtocols()))).toBe(429)
  })
})

describe('a WebSocket that is refused and does not hang up', () => {
  /** Asks for a WebSocket without a token, and never says its own end. */
  function halfOpen(): { answered: Promise<unknown>; closed: Promise<unknown> } {
    const { port } = served.door
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    socket.on('error', () => {})
    const answered = new Promise((resolve) => socket.once('data', resolve))
    // Without the other side's close, writing goes on for good; with it, the second write fails.
    const writing = setInterval(() => socket.write('x'), 20)
    const closed = new Promise((resolve) => socket.once('close', resolve))
    void closed.then(() => clearInterval(writing))
    socket.write(
      `GET /rpc HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: latch\r\n\r\n',
    )
    return { answered, closed }
  }

  it('is hung up on, so that nobody fills the door without a token', async () => {
    await halfOpen().closed
  })

  it('does not hold up the end of the node, answered or still waiting for its answer', async () => {
    await halfOpen().answered
    halfOpen()
    await served.door.close()
  })
})

describe('a WebSocket is closed', () => {
  it.each([
    ['text that is not JSON', 'hello'],
    ['JSON that is not a call', '{}'],
    ['a call of no path', '{"i":"1","p":{"u":7}}'],
    ['a call of another host', '{"i":"1","p":{"u":"http://evil.example/"}}'],
    ['a stream towards the node', '{"i":"1","t":3,"p":{"e":"message"}}'],
    ['bytes', Buffer.from([1, 2, 3])],
  ])('on %s', async (_, message) => {
    const socket = await opened()
    const code = closing(socket)
    socket.send(message)
    expect(await code).toBe(1008)
  })

  it('on a message above 2 MiB', async () => {
    const socket = await opened()
    const code = closing(socket)
    socket.send('x'.repeat(2 * MiB + 1))
    expect(await code).toBe(1009)
  })

  it('and the others go on', async () => {
    const [bad, good] = [await opened(), clientOver(await opened())]
    const code = closing(bad)
    bad.send('nonsense')
    await code
    expect(await good.node.status()).toMatchObject({ version: '0.1.0' })
  })
})

describe('a call of an unknown name', () => {
  it('is answered, not dropped', async () => {
    const socket = await opened()
    const answer = new Promise<string>((resolve) =>
      socket.once('message', (bytes: Buffer) => resolve(bytes.toString())),
    )
    socket.send('{"i":"1","p":{"u":"/no/such"}}')
    expect(JSON.parse(await answer)).toMatchObject({ i: '1', p: { s: 404 } })
  })

  it('with an input that is none is answered as bad input', async () => {
    const socket = await opened()
    const answer = new Promise<string>((resolve) =>
      socket.once('message', (bytes: Buffer) => resolve(bytes.toString())),
    )
    socket.send('{"i":"1","p":{"u":"/identity/create","b":{"json":{"name":7},"meta":[[9,"x","y"]]}}}')
    expect(JSON.parse(await answer)).toMatchObject({ i: '1', p: { s: 400, b: { json: { code: 'BAD_INPUT' } } } })
  })
})
