import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { access, constants, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, isIPv6 } from 'node:net'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { SECOND } from '../../shared/units.ts'
import { ownAddresses } from '../node/interfaces.ts'
import { dataFiles } from '../platform/data-folder.ts'
import {
  type Check,
  type ClockKept,
  judgeAddress,
  judgeClock,
  judgeConfig,
  judgeFiles,
  judgeFolder,
  judgeOutside,
  judgePort,
  type PortFound,
  printed,
  tcpPortsOf,
  untested,
} from './doctor-checks.ts'
import type { Config, ReadConfig } from './introduce-config.ts'
import { type HostPort, showHostPort } from './introduce-kinds.ts'
import { exitCodes } from './process.ts'

/** A program that says something about the clock does so at once. */
const COMMAND_TIMEOUT_MS = 5 * SECOND

/** Looks at this machine with the eyes of an introducer, prints what it sees, and gives the exit code: 1 for a fail. */
export async function runDoctor(read: ReadConfig, json: boolean): Promise<number> {
  const checks = [judgeConfig(read), ...(read.read === 'config' ? await examine(read.config) : [])]
  const isWell = checks.every(({ outcome }) => outcome !== 'fail')
  process.stdout.write(json ? `${JSON.stringify({ ok: isWell, checks })}\n` : printed(checks))
  return isWell ? 0 : exitCodes.failed
}

export async function examine(config: Config): Promise<Check[]> {
  const { values } = config
  const isRunning = await runs(values.data)
  const ports = await portsOf(config, isRunning)
  const own = ownAddresses()
  return [
    judgeFolder(values.data, await folderTrouble(values.data)),
    ...ports.map(judgePort),
    judgeAddress(values.announce, own),
    judgeClock(await clockKept()),
    judgeFiles(await openFilesLimit(), values['limits.connections']),
    ...(await outside(config, ports)),
  ]
}

async function outside(config: Config, found: readonly PortFound[]): Promise<Check[]> {
  const { values } = config
  const ports = tcpPortsOf(config)
  const [first = 4100] = ports
  if (values.introducers.length === 0) return [untested('no introducers', values.announce, first)]
  const isHeld = found.some(({ where, found: state }) => where.startsWith('TCP') && state !== 'free')
  const { askOutside } = await import('./doctor-outside.ts')
  const tried = isHeld ? [] : ports
  const answers = await askOutside(values.introducers, tried, (bytes) => new Uint8Array(randomBytes(bytes)))
  return [...judgeOutside(answers, tried), ...(isHeld ? [untested('running', values.announce, first)] : [])]
}

/** By the process id that whoever runs on the folder leaves there. */
async function runs(dataFolder: string): Promise<boolean> {
  const text = await readFile(dataFiles(dataFolder).pid, 'utf8').catch(() => null)
  if (text === null) return false
  try {
    process.kill(Number.parseInt(text, 10), 0)
    return true
  } catch (error) {
    // There is one, of another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function portsOf({ values }: Config, isRunning: boolean): Promise<PortFound[]> {
  const { 'http.listen': http, 'stun.listen': stun, listen } = values
  const tcp = [...listen.map(socketOf), ...(http === null ? [] : [http])]
  const asked = [
    ...tcp.map((socket) => ({ kind: 'TCP', socket, tried: tryTcp(socket) })),
    ...stun.map((socket) => ({ kind: 'UDP', socket, tried: tryUdp(socket) })),
  ]
  const found: PortFound[] = []
  for (const { kind, socket, tried } of asked) {
    const code = await tried
    const isOurs = isRunning && code === 'EADDRINUSE'
    const state = code === null ? 'free' : isOurs ? 'running' : { code }
    found.push({ where: `${kind} ${showHostPort(socket)}`, found: state })
  }
  return found
}

function socketOf(address: string): HostPort {
  const [, , host = '', , port = '0'] = address.split('/')
  return { address: host, port: Number(port) }
}

/** Null: it can be had. */
async function tryTcp({ address, port }: HostPort): Promise<string | null> {
  const server = createServer()
  try {
    server.listen({ host: address, port, exclusive: true, ipv6Only: isIPv6(address) })
    await once(server, 'listening')
    return null
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  } finally {
    server.close()
  }
}

async function tryUdp({ address, port }: HostPort): Promise<string | null> {
  const socket = isIPv6(address) ? createSocket({ type: 'udp6', ipv6Only: true }) : createSocket('udp4')
  try {
    socket.bind({ address, port, exclusive: true })
    await once(socket, 'listening')
    return null
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  } finally {
    socket.close()
  }
}

/** Null: it can be written, or made. */
async function folderTrouble(folder: string): Promise<string | null> {
  try {
    if (!existsSync(folder)) {
      await access(nearest(folder), constants.W_OK)
      return null
    }
    const probe = join(folder, `doctor.${randomBytes(4).toString('hex')}.tmp`)
    await writeFile(probe, 'x', { flag: 'wx', mode: 0o600 })
    await rm(probe)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder))
}

async function clockKept(): Promise<ClockKept> {
  const systemd = await output('timedatectl', ['show', '--property=NTPSynchronized', '--value'])
  if (systemd?.trim() === 'yes') return 'kept'
  if (systemd?.trim() === 'no') return 'not-kept'
  const kernel = await output('adjtimex', ['--print'])
  const [, status] = /status:\s*(\d+)/.exec(kernel ?? '') ?? []
  // STA_UNSYNC of adjtimex(2).
  return status === undefined ? null : (Number(status) & 0x40) === 0 ? 'kept' : 'not-kept'
}

async function output(program: string, args: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(program, [...args], { timeout: COMMAND_TIMEOUT_MS })
    return stdout
  } catch {
    return null
  }
}

/** Of this process: Node raises it to the most that is allowed, here as there. */
async function openFilesLimit(): Promise<number | null> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '')
  const [, soft] = /^Max open files\s+(\d+|unlimited)/m.exec(limits) ?? []
  if (soft !== undefined) return soft === 'unlimited' ? Infinity : Number(soft)
  const said = (await output('sh', ['-c', 'ulimit -n']))?.trim()
  if (said === undefined) return null
  return said === 'unlimited' ? Infinity : Number(said)
}
