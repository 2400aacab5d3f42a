import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { serveHttp, type HttpDoor } from '../../../src/main/control/index.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { contract, type Contract } from '../../../src/shared/contract/index.ts'
import { AppId } from '../../../src/shared/model/apps.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHousehold, type OpenHousehold } from '../../helpers/households.ts'
import { hurried } from './small-node.ts'

/** All that a program may call. A new call of the contract is the person's until it is named here too. */
const forPrograms = [
  'apps.me',
  'apps.people',
  'apps.serve',
  'apps.reply',
  'apps.request',
  'apps.response',
  'apps.read',
  'apps.write',
  'apps.cancel',
]

const notes = AppId.parse('notes')
let house: OpenHousehold
let door: HttpDoor
let token: string
let sockets: WebSocket[]

beforeEach(async () => {
  house = await openHousehold({ name: 'Ada', listen: [] })
  door = await serve(house)
  token = house.apps.register(notes, 'Sticky notes').token
  sockets = []
})
afterEach(async () => {
  for (const socket of sockets) socket.terminate()
  await door.close()
  await house.close()
})

const serve = ({ node, dataFolder }: OpenHousehold): Promise<HttpDoor> =>
  serveHttp({
    node,
    log: silentLog,
    // Who fails to show a token waits; these tests are not about that.
    clock: hurried,
    random: (bytes) => randomBytes(bytes),
    port: 0,
    staticFolder: join(dataFolder, 'no-window'),
  })

async function ask(path: string, { as = token, method = 'POST', input }: { as?: string; method?: string; input?: unknown } = {}) {
  const response = await fetch(`${door.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${as}`, ...(input === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(input === undefined ? {} : { body: JSON.stringify(input) }),
  })
  const isStream = response.headers.get('content-type')?.includes('event-stream') === true
  const body: unknown = isStream ? await response.body?.cancel() : await response.json()
  return { status: response.status, code: codeIn(body), body }
}

function codeIn(body: unknown): string | null {
  const { code, json } = (body ?? {}) as { code?: string; json?: { code?: string } }
  return code ?? json?.code ?? null
}

async function opened(as = token): Promise<{ socket: WebSocket; client: ContractRouterClient<Contract> }> {
  const socket = new WebSocket(`ws://127.0.0.1:${door.port}/rpc`, ['latch', `latch.token.${as}`])
  sockets.push(socket)
  socket.on('error', () => {})
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return { socket, client: createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket })) }
}

const every = Object.entries(contract).flatMap(([feature, verbs]) =>
  Object.entries(verbs).map(([verb, procedure]) => ({ feature, verb, name: `${feature}.${verb}`, route: procedure['~orpc'].route })),
)

describe('the token of a program', () => {
  test('opens nothing of the contract but what is for programs, over HTTP as oRPC sends it', async () => {
    const open: string[] = []
    for (const { feature, verb, name } of every) {
      const { status, code } = await ask(`/rpc/${feature}/${verb}`, { input: { json: {} } })
      if (code === 'NOT_ALLOWED' && status === 403) continue
      open.push(name)
    }
    expect(open.toSorted()).toEqual(forPrograms.toSorted())
  })

  test('opens nothing else as plain HTTP', async () => {
    const open: string[] = []
    for (const { name, route } of every) {
      const path = `/api${route.path?.replaceAll(/\{\w+\}/g, 'x') ?? ''}`
      const input = route.method === 'GET' ? {} : { input: {} }
      const { code } = await ask(path, { method: route.method ?? 'POST', ...input })
      if (code !== 'NOT_ALLOWED') open.push(name)
    }
    expect(open.toSorted()).toEqual(forPrograms.toSorted())
  })

  test('opens nothing else over a WebSocket', async () => {
    const { client } = await opened()
    const calls = client as unknown as Record<string, Record<string, (input: unknown) => Promise<unknown>>>
    const open: string[] = []
    for (const { feature, verb, name } of every) {
      const outcome = await calls[feature]?.[verb]?.({}).then(
        async (answer) => void (await (answer as AsyncIterator<unknown> | undefined)?.return?.()),
        (error: { code?: string }) => error.code,
      )
      if (outcome !== 'NOT_ALLOWED') open.push(name)
    }
    expect(open.toSorted()).toEqual(forPrograms.toSorted())
  })

  test('does not open a window, nor a session', async () => {
    expect(await ask('/window')).toMatchObject({ status: 403, code: 'NOT_ALLOWED' })
    expect(await ask('/session')).toMatchObject({ status: 401 })
  })

  test('is for its own program, under whatever name it comes', async () => {
    house.apps.register(AppId.parse('other'), 'Other')
    expect(await ask('/api/app?app=notes', { method: 'GET' })).toMatchObject({
      status: 200,
      body: { app: 'notes', account: house.me.account, name: 'Ada', peerId: house.me.peerId },
    })
    expect(await ask('/api/app', { method: 'GET' })).toMatchObject({ body: { app: 'notes' } })
    expect(await ask('/api/app?app=other', { method: 'GET' })).toMatchObject({ status: 403, code: 'NOT_ALLOWED' })
    const input = { to: { account: house.me.account }, method: 'x', app: 'other' }
    expect(await ask('/api/app/calls', { input })).toMatchObject({ status: 403, code: 'NOT_ALLOWED' })
  })

  test('is good after a restart', async () => {
    const { dataFolder, node } = house
    await door.close()
    await node.stop()
    house = await openHousehold({ name: 'Ada', listen: [], dataFolder })
    door = await serve(house)
    expect(await ask('/api/app', { method: 'GET' })).toMatchObject({ status: 200, body: { app: 'notes' } })
  })

  test('is good for nothing when nobody made it', async () => {
    expect(await ask('/api/app', { method: 'GET', as: 'x'.repeat(43) })).toMatchObject({ status: 401, code: 'UNAUTHORIZED' })
  })
})

describe('whoever holds the access token', () => {
  test('speaks as whichever program they name', async () => {
    const as = door.token
    expect(await ask('/api/app?app=notes', { method: 'GET', as })).toMatchObject({ body: { app: 'notes' } })
    expect(await ask('/api/app', { method: 'GET', as })).toMatchObject({ status: 400, code: 'BAD_INPUT' })
  })

  test('registers, renews and removes, and is told the token once', async () => {
    const as = door.token
    const made = await ask('/api/apps', { as, input: { id: 'chess', title: 'Chess' } })
    expect(made.body).toMatchObject({ app: { id: 'chess', title: 'Chess', isConnected: false }, token: expect.stringMatching(/^[\w-]{43}$/) })
    expect(JSON.stringify((await ask('/api/apps', { as, method: 'GET' })).body)).not.toContain('token')
    expect(await ask('/api/apps', { as, input: { id: 'chess' } })).toMatchObject({ status: 409 })
    expect(await ask('/api/apps', { as, input: { id: 'Chess!' } })).toMatchObject({ status: 400, code: 'BAD_INPUT' })
    expect(await ask('/api/apps/chess/token', { as })).toMatchObject({ status: 200 })
    expect(await ask('/api/apps/chess', { as, method: 'DELETE' })).toMatchObject({ status: 200, body: { id: 'chess' } })
    expect(await ask('/api/apps/chess', { as, method: 'DELETE' })).toMatchObject({ status: 404 })
  })
})

describe.each(['removed', 'renewed'] as const)('when a program is %s', (how) => {
  const revoke = (): void => (how === 'removed' ? house.apps.remove(notes) : void house.apps.renew(notes))

  test('its WebSocket is closed, and so is what it listens to', async () => {
    const { socket, client } = await opened()
    const closed = new Promise<number>((resolve) => socket.once('close', resolve))
    const items = await client.apps.serve({})
    expect((await items.next()).value).toMatchObject({ kind: 'snapshot', snapshot: { id: 'notes', isConnected: true } })
    const next = items.next().then(
      () => 'more',
      () => 'over',
    )
    revoke()
    expect(await closed).toBe(1008)
    expect(await next).toBe('over')
  })

  test('its event stream ends with why, and its token is nobody’s', async () => {
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(`${door.url}/api/app/requests`, { headers })
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    let heard = ''
    const read = async (): Promise<boolean> => {
      const { value, done } = (await reader?.read()) ?? { value: '', done: true }
      heard += value ?? ''
      return done
    }
    while (!heard.includes('snapshot')) await read()
    revoke()
    while (!(await read()));
    expect(heard).toContain('UNAUTHORIZED')
    expect(await ask('/api/app', { method: 'GET' })).toMatchObject({ status: 401 })
  })
})

test('a program whose connection goes is no longer there', async () => {
  const { socket, client } = await opened()
  const items = await client.apps.serve({})
  await items.next()
  const isConnected = (): boolean | undefined => house.apps.list()[0]?.isConnected
  expect(isConnected()).toBe(true)
  socket.terminate()
  await eventually('it is gone', () => isConnected() === false)
})

test('a body in one piece goes as large as it may be, in base64', async () => {
  const body = Buffer.alloc(1024 * 1024, 1).toString('base64')
  const input = { to: { account: house.me.account }, method: 'x', body, deadlineMs: 1_000 }
  expect(await ask('/api/app/calls', { input })).toMatchObject({ status: 200, body: { status: 'unreachable' } })
  const larger = { ...input, body: Buffer.alloc(1024 * 1024 + 3).toString('base64') }
  expect(await ask('/api/app/calls', { input: larger })).toMatchObject({ status: 400, code: 'BAD_INPUT' })
})

test('a program that opens every WebSocket it can leaves its person theirs', async () => {
  let count = 0
  await expect(
    (async () => {
      for (; count < 32; count += 1) await opened()
    })(),
  ).rejects.toThrow('429')
  expect(count).toBe(16)
  expect((await opened(door.token)).socket.protocol).toBe('latch')
  sockets[0]?.terminate()
  await eventually('there is room for one again', () => opened().then(() => true, () => false))
})
