import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { eventually } from '../../helpers/eventually.ts'

const entry = join(import.meta.dirname, '../../../src/main/headless.ts')
const quiet = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-lan', '--no-upnp', '--no-webrtc', '--no-demo']

const toEnd: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const end of toEnd.splice(0).toReversed()) await end()
})

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'latch-test-'))
  toEnd.push(() => rm(path, { recursive: true, force: true }))
  return path
}

interface Running {
  readonly child: ChildProcess
  readonly said: { out: string; err: string }
  readonly exited: Promise<number | null>
}

function run(args: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [entry, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LATCH_DATA: '', ...env },
  })
  const said = { out: '', err: '' }
  child.stdout.on('data', (text: Buffer) => (said.out += text.toString()))
  child.stderr.on('data', (text: Buffer) => (said.err += text.toString()))
  const exited = once(child, 'close').then(([code]) => code as number | null)
  toEnd.push(async () => {
    child.kill('SIGKILL')
    await exited
  })
  return { child, said, exited }
}

interface Answering extends Running {
  readonly dataFolder: string
  call(path: string, init?: RequestInit): Promise<unknown>
}

async function running(args: readonly string[]): Promise<Answering> {
  const at = args.indexOf('--data')
  const dataFolder = args[at + 1] ?? ''
  const node = run([...quiet, ...args])
  const began = () => node.said.out.includes('\n') || node.child.exitCode !== null
  await eventually('the first line', began, { withinMs: 30_000 })
  return {
    ...node,
    dataFolder,
    async call(path, init) {
      const file = await readFile(join(dataFolder, 'control.json'), 'utf8')
      const { url, token } = JSON.parse(file) as { url: string; token: string }
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
      const response = await fetch(`${url}/api${path}`, { ...init, headers })
      return response.json()
    },
  }
}

describe('a start', () => {
  test('prints one line, the address of the window, and nothing else', async () => {
    const node = await running(['--data', await folder(), '--name', 'Ana'])
    expect(node.said.out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[A-Za-z0-9_-]+\n$/)
    expect(node.said.err).toBe('')
    expect(await node.call('/status')).toMatchObject({ phase: 'running', host: 'headless' })
    const me = { name: 'Ana', keyProtection: 'key-file' }
    expect(await node.call('/identity')).toMatchObject({ state: 'ready', me })
  })

  test('prints that line as JSON where it is asked to', async () => {
    const node = await running(['--data', await folder(), '--json'])
    expect(JSON.parse(node.said.out)).toEqual({ url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/#token=/) })
    expect(await node.call('/identity')).toEqual({ state: 'none' })
  })

  test('with a name does not rename an account that is there', async () => {
    const dataFolder = await folder()
    const first = await running(['--data', dataFolder, '--name', 'Ana'])
    first.child.kill('SIGTERM')
    expect(await first.exited).toBe(0)
    const second = await running(['--data', dataFolder, '--name', 'Bob'])
    expect(await second.call('/identity')).toMatchObject({ me: { name: 'Ana' } })
  })

  test('with a passphrase opens with that one and no other', async () => {
    const dataFolder = await folder()
    const right = join(dataFolder, '..', `${Date.now()}.passphrase`)
    toEnd.push(() => rm(right, { force: true }))
    await writeFile(right, 'correct horse\n')
    const first = await running(['--data', dataFolder, '--name', 'Ana', '--passphrase-file', right])
    expect(await first.call('/identity')).toMatchObject({ me: { keyProtection: 'passphrase' } })
    first.child.kill('SIGTERM')
    await first.exited

    await writeFile(right, 'wrong horse\n')
    const second = run([...quiet, '--data', dataFolder, '--passphrase-file', right])
    expect(await second.exited).toBe(1)
    expect(second.said.err).toMatch(/passphrase does not open/)
    const third = run([...quiet, '--data', dataFolder])
    expect(await third.exited).toBe(1)
    expect(third.said.err).toMatch(/^[^\n]+\n$/)
  })
})

describe('an end', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('by %s is clean: nothing leads to the node any more', async (signal) => {
    const node = await running(['--data', await folder(), '--name', 'Ana'])
    node.child.kill(signal)
    expect(await node.exited).toBe(0)
    expect(existsSync(join(node.dataFolder, 'control.json'))).toBe(false)
    const { size } = await stat(join(node.dataFolder, 'latch.db'))
    expect(size).toBeGreaterThan(0)
    expect(existsSync(join(node.dataFolder, 'latch.db-wal'))).toBe(false)
  })

  test('asked for over HTTP is as clean', async () => {
    const node = await running(['--data', await folder(), '--name', 'Ana'])
    expect(await node.call('/node/stop', { method: 'POST', body: '{}' })).toEqual({ stopping: true })
    expect(await node.exited).toBe(0)
    expect(existsSync(join(node.dataFolder, 'control.json'))).toBe(false)
  })

  test('by kill -9 at any moment leaves an account that opens again', async () => {
    const dataFolder = await folder()
    let account: unknown
    for (let times = 0; times < 3; times += 1) {
      const node = await running(['--data', dataFolder, '--name', 'Ana'])
      const identity = (await node.call('/identity')) as { me: { account: string } }
      account ??= identity.me.account
      expect(identity.me.account).toBe(account)
      node.child.kill('SIGKILL')
      await node.exited
    }
  })
})

describe('what cannot start says why in one line', () => {
  test.each([
    [['--port', 'eighty'], 2, /--port is a number/],
    [['--nonsense'], 2, /Unknown option/],
    [['--listen', 'here'], 2, /no multiaddr/],
    [['--passphrase-file', '/nonexistent/file'], 1, /\/nonexistent\/file cannot be read/],
  ])('%j', async (args, code, why) => {
    const node = run([...args, ...(args[0] === '--listen' ? [] : quiet), '--data', await folder()])
    expect(await node.exited).toBe(code)
    expect(node.said.err).toMatch(why)
    expect(node.said.err).toMatch(/^[^\n]+\n$/)
    expect(node.said.out).toBe('')
  })

  test('a folder that another process has', async () => {
    const dataFolder = await folder()
    await running(['--data', dataFolder])
    const second = run([...quiet, '--data', dataFolder])
    expect(await second.exited).toBe(1)
    expect(second.said.err).toMatch(/^Latch is running already with the data folder .*\n$/)
  })

  test('a port that another program has', async () => {
    const first = await running(['--data', await folder()])
    const port = /:(\d+)\//.exec(first.said.out)?.[1] ?? ''
    const second = run([...quiet, '--data', await folder(), '--port', port])
    expect(await second.exited).toBe(1)
    expect(second.said.err).toMatch(new RegExp(`^Port ${port} is taken .*\\n$`))
  })
})

test('the data folder comes from LATCH_DATA where no flag says otherwise', async () => {
  const dataFolder = await folder()
  const node = run([...quiet, '--name', 'Ana'], { LATCH_DATA: dataFolder })
  await eventually('the first line', () => node.said.out.includes('\n'), { withinMs: 30_000 })
  expect(existsSync(join(dataFolder, 'keys.json'))).toBe(true)
})

test('help and version', async () => {
  const help = run(['--help'])
  expect(await help.exited).toBe(0)
  expect(help.said.out).toMatch(/^Usage: latch start/)
  const version = run(['--version'])
  expect(await version.exited).toBe(0)
  expect(version.said.out).toMatch(/^\d+\.\d+\.\d+\n$/)
})
