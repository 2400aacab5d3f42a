import { spawn, type ChildProcess } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { readIntroducerLink } from '../../../src/main/protocols/introduction/index.ts'
import { decode, encodeRequest } from '../../../src/main/protocols/stun/message.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import type { Introduction } from '../../../src/shared/model/reach.ts'
import { eventually } from '../../helpers/eventually.ts'

const entry = join(import.meta.dirname, '../../../src/main/headless.ts')
const listen = ['--listen', '/ip4/127.0.0.1/tcp/0', '--listen', '/ip4/127.0.0.1/tcp/0/ws']
const stun = ['--stun-listen', '127.0.0.1:0', '--stun-listen', '127.0.0.1:0']
const loopback = [...listen, ...stun, '--http-listen', '127.0.0.1:0']

const toEnd: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of toEnd.splice(0).toReversed()) await end()
})

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'latch-introduce-'))
  toEnd.push(() => rm(path, { recursive: true, force: true }))
  return path
}

interface Running {
  readonly child: ChildProcess
  readonly said: { out: string; err: string }
  readonly exited: Promise<number | null>
}

function run(args: readonly string[], env: Record<string, string> = {}): Running {
  return runHeadless(['introduce', ...args], env)
}

function runHeadless(args: readonly string[], env: Record<string, string> = {}): Running {
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

async function running(dataFolder: string, ...more: string[]) {
  const introducer = run(['--json', '--data', dataFolder, ...loopback, ...more])
  const began = () => introducer.said.out.includes('\n') || introducer.child.exitCode !== null
  await eventually('the first line', began, { withinMs: 30_000 })
  expect(introducer.said.err).toBe('')
  const { link, status } = JSON.parse(introducer.said.out) as { link: string; status: string }
  const me = PeerId.parse(`12D3KooW${'A'.repeat(44)}`)
  const { record } = await readIntroducerLink(link, { nowMs: Date.now(), me })
  return { ...introducer, link, status, record }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe('a start', () => {
  test('names itself, prints its link, and answers on every door', async () => {
    const { record, status } = await running(await folder(), '--name', 'Ana')
    expect(record.name).toBe('Ana')
    expect(record.addresses).toEqual([
      expect.stringMatching(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+$/),
      expect.stringMatching(/^\/ip4\/127\.0\.0\.1\/tcp\/\d+\/ws$/),
    ])
    expect(record.stun).toHaveLength(2)
    expect((await fetch(`${status}/readyz`)).status).toBe(200)
    const told = (await (await fetch(`${status}/status`)).json()) as { peerId: string; introduction: object }
    expect(told).toMatchObject({ peerId: record.peerId, introduction: { serving: true, draining: false } })

    const socket = createSocket('udp4')
    toEnd.push(() => new Promise((resolve) => socket.close(() => resolve(null))))
    const [host = '', port = ''] = record.stun[0]?.split(':') ?? []
    const heard = once(socket, 'message')
    const request = encodeRequest({ transaction: new Uint8Array(12), change: { address: false, port: true } }, 100)
    socket.send(request, Number(port), host)
    const [bytes] = (await heard) as [Buffer]
    expect(decode(bytes)).toMatchObject({ message: { kind: 'success', mapped: { port: socket.address().port } } })
    expect(await (await fetch(`${status}/metrics`)).text()).toContain('\nlatch_stun_answers_total 1\n')
  })

  test('with the folder of a former one is the same introducer', async () => {
    const dataFolder = await folder()
    const first = await running(dataFolder)
    first.child.kill('SIGTERM')
    expect(await first.exited).toBe(0)
    const second = await running(dataFolder)
    expect(second.record.peerId).toBe(first.record.peerId)
    expect(second.record.name).toMatch(/^Introducer/)
  })

  test('tells the addresses that it is told to tell, and shows its link as a QR code if asked', async () => {
    const outer = '/ip4/5.5.5.10/tcp/4100'
    const more = [...loopback, '--announce', outer, '--qr', '--data', await folder()]
    const introducer = run(more)
    await eventually('the code', () => introducer.said.out.split('\n').length > 20, { withinMs: 30_000 })
    const [link = '', ...code] = introducer.said.out.split('\n')
    const me = PeerId.parse(`12D3KooW${'A'.repeat(44)}`)
    const { record } = await readIntroducerLink(link, { nowMs: Date.now(), me })
    expect(record.addresses).toEqual([outer])
    expect(record.stun.every((server) => server.startsWith('5.5.5.10:'))).toBe(true)
    expect(code[0]).toMatch(/^█+$/)
  })

  test('reads its file, its variables and its flags', async () => {
    const file = join(await folder(), 'i.toml')
    await writeFile(file, 'name = "From the file"\ndrain = "1s"\n[http]\nlisten = "off"\n')
    const printed = run(['--config', file, '--print-config', '--drain', '3s'], { LATCH_INTRODUCE_DRAIN: '2s' })
    expect(await printed.exited).toBe(0)
    expect(printed.said.out).toContain(`name = "From the file" # file ${file}`)
    expect(printed.said.out).toContain('drain = "3s" # flag --drain')
    const variable = run(['--print-config'], { LATCH_INTRODUCE_CONFIG: file, LATCH_INTRODUCE_DRAIN: '2s' })
    expect(await variable.exited).toBe(0)
    expect(variable.said.out).toContain('drain = "2s" # variable LATCH_INTRODUCE_DRAIN')
  })
})

describe('an end', () => {
  test('by a signal is not ready first, and then nothing any more', async () => {
    const { child, exited, status, said } = await running(await folder())
    child.kill('SIGTERM')
    expect(await exited).toBe(0)
    expect(said.err).toBe('')
    await expect(fetch(`${status}/healthz`)).rejects.toThrow()
  })

  test('waits for those who are here, not ready meanwhile, and a second signal ends it at once', async () => {
    const { child, exited, link, status } = await running(await folder(), '--drain', '5m')
    const quiet = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-lan', '--no-upnp', '--no-webrtc', '--no-demo']
    runHeadless([...quiet, '--data', await folder(), '--name', 'Ana', '--introducer', link])
    const told = async () => (await (await fetch(`${status}/status`)).json()) as { introduction: Introduction }
    const isPlaced = async () => (await told()).introduction.reservations === 1
    await eventually('a device with a place', isPlaced, { withinMs: 30_000 })
    child.kill('SIGTERM')
    await eventually('the drain', async () => (await fetch(`${status}/readyz`)).status === 503)
    expect((await fetch(`${status}/healthz`)).status).toBe(200)
    expect((await told()).introduction.draining).toBe(true)
    child.kill('SIGTERM')
    expect(await exited).toBe(143)
  })
})

describe('what cannot start says why in one line', () => {
  test.each([
    [['--relay-ttl', 'soon'], 2, /--relay-ttl is "soon", and must be a time/],
    [['--nonsense'], 2, /Unknown option '--nonsense'/],
    [['--config', '/nonexistent/i.toml'], 2, /\/nonexistent\/i\.toml cannot be read/],
    [['sing'], 2, /"sing" is nothing/],
  ])('%j', async (args, code, why) => {
    const { exited, said } = run([...args, '--data', await folder()])
    expect(await exited).toBe(code)
    expect(said.err).toMatch(why)
    expect(said.err).toMatch(/^[^\n]+\n$/)
    expect(said.out).toBe('')
  })

  test('a port of the status page that another program has', async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    toEnd.push(() => new Promise((resolve) => server.close(resolve)))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const second = run([...loopback.slice(0, -1), `127.0.0.1:${port}`, '--data', await folder()])
    expect(await second.exited).toBe(1)
    expect(second.said.err).toMatch(/^127\.0\.0\.1:\d+, for \/status and \/metrics, is taken; .*\n$/)
  })
})

describe('the doctor', () => {
  interface Report {
    readonly ok: boolean
    readonly checks: { what: string; outcome: string; says: string; todo: string | null }[]
  }

  async function report(...args: string[]): Promise<Report & { code: number | null }> {
    const doctor = run(['doctor', '--json', '--http-listen', 'off', '--stun-listen', '127.0.0.1:0', ...args])
    const code = await doctor.exited
    return { code, ...(JSON.parse(doctor.said.out) as Report) }
  }

  const of = ({ checks }: Report, what: RegExp) => checks.filter((check) => what.test(check.what))

  test('has another introducer look at the clock and try the ports', async () => {
    const other = await running(await folder(), '--name', 'Bea')
    const port = await freePort()
    const here = `/ip4/127.0.0.1/tcp/${port}`
    const found = await report('--data', await folder(), '--listen', here, '--introducers', other.link)
    expect(of(found, /^clock of Bea$/)).toMatchObject([{ outcome: 'ok' }])
    const says = `TCP port ${port} is reached from there.`
    expect(of(found, /^seen by Bea$/)).toMatchObject([{ outcome: 'ok', says }])
    expect(found).toMatchObject({ ok: true, code: 0 })
  })

  test('knows the ports of the introducer that runs, and those of another program', async () => {
    const dataFolder = await folder()
    const { record } = await running(dataFolder)
    const here = record.addresses[0] ?? ''
    const ofRunning = await report('--data', dataFolder, '--listen', here)
    expect(of(ofRunning, /^port$/)[0]).toMatchObject({ outcome: 'ok', says: expect.stringContaining('which runs') })
    const ofOther = await report('--data', await folder(), '--listen', here)
    expect(of(ofOther, /^port$/)[0]).toMatchObject({ outcome: 'fail' })
    expect(ofOther).toMatchObject({ ok: false, code: 1 })
  })

  test('says what is wrong with the configuration, and nothing else then', async () => {
    const found = await report('--limits-connections', 'many')
    expect(found).toMatchObject({ ok: false, code: 1, checks: [{ what: 'configuration', outcome: 'fail' }] })
  })

  test('prints lines to be read, with what to do below', async () => {
    const doctor = run(['doctor', ...loopback, '--data', await folder()])
    await doctor.exited
    expect(doctor.said.out).toMatch(/^ok {4}configuration: No file/)
    expect(doctor.said.out).toMatch(/\nwarn {2}reachability: .*\n {6}From a machine elsewhere: nc -vz /)
  })
})
