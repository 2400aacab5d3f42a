import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { ContractRouterClient } from '@orpc/contract'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { serveElectronPort, type ControlPort } from '../../../src/main/control/index.ts'
import type { Contract } from '../../../src/shared/contract/index.ts'
import { eventually } from '../../helpers/eventually.ts'
import { HeldLog, SmallNode } from './small-node.ts'

let node: SmallNode
let log: HeldLog
let window: MessagePort
let client: ContractRouterClient<Contract>
let served: { close: () => void }
let asked: string[]
beforeEach(() => {
  const { port1, port2 } = new MessageChannel()
  node = new SmallNode('/data')
  log = new HeldLog()
  asked = []
  const mayRead = (path: string): boolean => asked.push(path) === 0
  served = serveElectronPort({ node, log, port: asElectron(port1), mayRead })
  window = port2
  client = createORPCClient(new RPCLink({ port: port2 }))
})
afterEach(() => served.close())

/** Electron's port is an emitter whose messages come wrapped in an event. */
function asElectron(port: MessagePort): ControlPort {
  return {
    on: (event: 'message' | 'close', listener: (event: { data: unknown }) => void) =>
      event === 'message'
        ? port.on('message', (data: unknown) => listener({ data }))
        : port.on('close', () => listener({ data: undefined })),
    postMessage: (message) => port.postMessage(message),
    start: () => port.start(),
    close: () => port.close(),
  }
}

describe('the contract over a message port', () => {
  it('answers calls', async () => {
    expect(await client.identity.create({ name: 'Ada' })).toMatchObject({ name: 'Ada' })
  })

  it('offers no file that the window names and nobody gave to it', async () => {
    await client.identity.create({ name: 'Ada' })
    await expect(client.files.stage({ path: '/home/ada/.ssh/id_ed25519' })).rejects.toMatchObject({ code: 'NOT_ALLOWED', defined: true })
    expect(asked).toEqual(['/home/ada/.ssh/id_ed25519'])
  })

  it('checks inputs on this side', async () => {
    await expect(client.identity.create({ name: '' })).rejects.toMatchObject({ code: 'BAD_INPUT', defined: true })
  })

  it('keeps codes and sentences, and no causes', async () => {
    await expect(client.settings.get()).rejects.toMatchObject({
      code: 'NO_ACCOUNT',
      message: 'Create an account first.',
    })
    const failure = await client.identity.phrase().catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'INTERNAL' })
    expect(JSON.stringify(failure)).not.toContain('secret')
  })

  it('says that nothing is served over HTTP when nothing is', async () => {
    expect(await client.node.access()).toEqual({ url: null, token: null, openapi: null })
  })

  it('streams, and stops when the reader does', async () => {
    await client.identity.create({ name: 'Ada' })
    const items = await client.settings.watch()
    expect((await items.next()).value).toMatchObject({ kind: 'snapshot', seq: 0 })
    await client.settings.set({ lan: false })
    expect((await items.next()).value).toMatchObject({ kind: 'event', seq: 1, event: { settings: { lan: false } } })
    await items.return?.()
    await eventually('nobody reads', () => node.watching === 0)
  })

  it('ends the streams of a window that is closed', async () => {
    await client.identity.create({ name: 'Ada' })
    await (await client.settings.watch()).next()
    window.close()
    await eventually('nobody reads', () => node.watching === 0)
  })

  it('drops what is not a call, says so in the log, and goes on', async () => {
    for (const message of ['nonsense', '{}', 7, null, { i: '1' }, new Uint8Array(3), 'x'.repeat(2 ** 20 + 1)]) {
      window.postMessage(message)
    }
    expect(await client.node.status()).toMatchObject({ version: '0.1.0' })
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(7)
  })
})
