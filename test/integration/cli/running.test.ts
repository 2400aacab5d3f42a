import { execFile, spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isAlive } from '../../../src/cli/control-file.ts'
import { eventually } from '../../helpers/eventually.ts'
import { hurried, serveSmallNode, type Served } from '../control/small-node.ts'
import { latch, type Run } from './held-io.ts'

let served: Served
const run = (...args: string[]): Promise<Run> => latch(args, { env: { LATCH_DATA: served.dataFolder } })
beforeEach(async () => {
  served = await serveSmallNode({ clock: hurried })
})
afterEach(() => served.close())

describe('a running node', () => {
  it('says that nobody has named themselves, and how to', async () => {
    expect((await run('identity')).out).toBe('Nobody yet. Name yourself with: latch identity create <name>\n')
    expect((await run('status')).out).toContain('You     nobody yet: name yourself with latch identity create <name>\n')
    const peers = await run('peers')
    expect(peers).toEqual({ code: 1, out: '', err: 'latch: Create an account first.\n' })
  })

  it('takes a name, and shows it', async () => {
    const created = await run('identity', 'create', 'Ada')
    expect(created.code).toBe(0)
    expect(created.out).toMatch(/^Name +Ada\n/)
    expect(JSON.parse((await run('identity', '--json')).out)).toMatchObject({ state: 'ready', me: { name: 'Ada' } })
  })

  it('takes a recovery phrase from standard input, never from the command line', async () => {
    const words = 'abandon '.repeat(11) + 'about'
    const restored = await latch(['identity', 'restore', 'Ada'], {
      input: ` ${words.toUpperCase()}\n`,
      env: { LATCH_DATA: served.dataFolder },
    })
    expect(restored.code).toBe(0)
    expect((await run('identity', 'restore', 'Ada', words)).code).toBe(2)
  })

  it('refuses what it cannot use as a wrong argument, in its own words', async () => {
    const { code, err } = await run('identity', 'create', 'a\u202eb')
    expect(code).toBe(2)
    expect(err).toBe('latch: name: a name holds no control or direction characters\n')
  })

  it('keeps the sentence and the code of other failures', async () => {
    await run('identity', 'create', 'Ada')
    expect(await run('identity', 'create', 'Ada')).toMatchObject({
      code: 1,
      err: 'latch: This data folder already holds an account.\n',
    })
    const { err } = await run('identity', 'create', 'Ada', '--json')
    expect(JSON.parse(err)).toEqual({
      code: 'ACCOUNT_EXISTS',
      message: 'This data folder already holds an account.',
    })
  })

  it('changes a setting, and leaves the others', async () => {
    await run('identity', 'create', 'Ada')
    expect((await run('settings', 'set', 'lan', 'off')).out).toMatch(/^lan +off$/m)
    expect((await run('settings', 'set', 'appearance', 'dark')).out).toMatch(/^lan +off$/m)
    expect(JSON.parse((await run('settings', '--json')).out)).toMatchObject({ lan: false, appearance: 'dark' })
  })

  it('gives out an address that opens the window once', async () => {
    const { out } = await run('window')
    const [, token] = /#token=([\w-]+)\n$/.exec(out) ?? []
    const open = (): Promise<Response> =>
      fetch(`${served.door.url}/session`, { method: 'POST', headers: { authorization: `Bearer ${token}` } })
    expect((await open()).status).toBe(200)
    expect((await open()).status).toBe(401)
  })

  it('stops when it is told to', async () => {
    expect(await run('stop', '--json')).toEqual({ code: 0, out: '{"stopped":true}\n', err: '' })
    await served.node.stopped
  })

  it('says who it is not: a token of an earlier run opens nothing', async () => {
    const other = await serveSmallNode({ clock: hurried })
    const stale = { url: served.door.url, token: other.door.token, pid: process.pid }
    await writeFile(`${other.dataFolder}/control.json`, JSON.stringify(stale))
    const { code, err } = await latch(['status'], { env: { LATCH_DATA: other.dataFolder } })
    await other.close()
    expect({ code, err }).toEqual({ code: 1, err: 'latch: This needs the access token of the running node.\n' })
  })
})

describe('latch as a program of its own', () => {
  const program = join(import.meta.dirname, '../../../src/cli/index.ts')

  it('answers on standard output, fails on standard error, and ends with the code', async () => {
    const ask = (...args: string[]): Promise<Run> =>
      new Promise((resolve) => {
        const env = { ...process.env, LATCH_DATA: served.dataFolder }
        execFile(process.execPath, [program, ...args], { env }, (error, out, err) => {
          resolve({ code: Number(error?.code ?? 0), out, err })
        })
      })
    expect(await ask('identity', '--json')).toEqual({ code: 0, out: '{"state":"none"}\n', err: '' })
    expect(await ask('stats')).toMatchObject({ code: 2, out: '' })
    await served.door.close()
    expect(await ask('identity')).toMatchObject({ code: 3, out: '' })
  })

  it('ends quietly when nobody reads on', async () => {
    const child = spawn(process.execPath, [program, '--help'], { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.destroy()
    let err = ''
    child.stderr.on('data', (text: Buffer) => (err += text.toString()))
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })
})

describe('a process', () => {
  it('is not alive once it ended, collected by its parent or not', async () => {
    const child = spawn('sh', ['-c', 'sleep 0 & echo $!; exec cat'], { stdio: ['pipe', 'pipe', 'ignore'] })
    const grandchild = await new Promise<number>((resolve) => {
      child.stdout.once('data', (text: Buffer) => resolve(Number(text.toString())))
    })
    expect(isAlive(child.pid ?? 0)).toBe(true)
    await eventually('the grandchild, which nobody collects, is gone', () => !isAlive(grandchild))
    child.stdin.end()
    await eventually('the child is gone', () => !isAlive(child.pid ?? 0))
  })

  it('of no number is not alive', () => {
    expect([0, -1, 2 ** 22 + 1].map(isAlive)).toEqual([false, false, false])
  })
})
