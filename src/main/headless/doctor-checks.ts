import { isPrivate } from '@libp2p/utils'
import { multiaddr } from '@multiformats/multiaddr'
import { SECOND } from '../../shared/units.ts'
import type { Outside } from './doctor-outside.ts'
import type { Config, ReadConfig } from './introduce-config.ts'

/** One line of the doctor's. */
export interface Check {
  readonly what: string
  readonly outcome: 'ok' | 'warn' | 'fail'
  readonly says: string
  /** What to do about it; null where nothing is to be done. */
  readonly todo: string | null
}

/** A port, as the operating system gave it or not. `running`: the introducer of this configuration has it. */
export interface PortFound {
  /** `TCP 0.0.0.0:4100`. */
  readonly where: string
  readonly found: 'free' | 'running' | { readonly code: string }
}

/** What the system says about its clock; null: it cannot say. */
export type ClockKept = 'kept' | 'not-kept' | null

/** Files besides connections: the database, the log, sockets that listen, what Node itself opens. */
const OTHER_FILES = 256
/** Registrations last half an hour: seconds are nothing, and a minute is a clock that nobody looks after. */
const CLOCK_WARNS_MS = 5 * SECOND
const CLOCK_FAILS_MS = 60 * SECOND

/* Pure: from what was found to what is said. */

export function judgeConfig(read: ReadConfig): Check {
  const what = 'configuration'
  if (read.read === 'wrong') return fail(what, read.why, 'Mend it; latch introduce --print-config shows what holds.')
  const { path } = read.config
  return ok(what, path === null ? 'No file: defaults, variables and flags.' : `${path} can be read.`)
}

export function judgeFolder(path: string, trouble: string | null): Check {
  const what = 'data folder'
  if (trouble === null) return ok(what, `${path} can be written.`)
  const todo = 'Look at its owner, mode and disk, or name another with --data.'
  return fail(what, `${path} cannot be written (${trouble}).`, todo)
}

export function judgePort({ where, found }: PortFound): Check {
  const what = 'port'
  if (found === 'free') return ok(what, `${where} is free.`)
  if (found === 'running') return ok(what, `${where} is held by the introducer, which runs.`)
  const { code } = found
  if (code === 'EADDRINUSE') {
    return fail(what, `${where} is held by another program.`, 'Stop that program, or choose another port.')
  }
  if (code === 'EACCES') {
    const todo = 'Give it CAP_NET_BIND_SERVICE, as packaging/latch-introduce.service can, or choose a port above 1023.'
    return fail(what, `${where} may not be used by this user.`, todo)
  }
  if (['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'].includes(code)) {
    return warn(what, `${where}: this machine has no such address.`, 'Leave it out, or add the address to the machine.')
  }
  return fail(what, `${where} cannot be used (${code}).`, 'Choose another address or port.')
}

export function judgeAddress(announce: readonly string[], own: readonly string[]): Check {
  const what = 'public address'
  if (announce.length > 0) {
    const local = announce.filter((address) => isPrivate(multiaddr(address)))
    if (local.length < announce.length) return ok(what, `announce names ${announce.join(', ')}.`)
    const says = `announce names ${local.join(', ')}, which no one elsewhere can reach.`
    return warn(what, says, 'Name a public address there.')
  }
  const open = own.filter((address) => !isPrivate(multiaddr(`/${address.includes(':') ? 'ip6' : 'ip4'}/${address}`)))
  if (open.length > 0) return ok(what, `This machine has ${open.join(', ')}.`)
  const todo = 'Forward the ports to this machine and name the outer address: --announce /ip4/<address>/tcp/4100.'
  return warn(what, 'This machine has private addresses only, and announce names none.', todo)
}

export function judgeClock(kept: ClockKept): Check {
  const what = 'clock'
  if (kept === 'kept') return ok(what, 'It is kept in step over the network.')
  const todo = 'See that an NTP client runs: timedatectl set-ntp true, or chrony.'
  if (kept === null) return warn(what, 'Nobody here can tell whether it is kept in step.', todo)
  return warn(what, 'It is not kept in step.', todo)
}

export function judgeFiles(limit: number | null, connections: number): Check {
  const what = 'open files'
  const needed = connections + OTHER_FILES
  if (limit === null) return warn(what, 'Nobody here can tell how many may be open.', `See that ${needed} are allowed.`)
  const says = `${limit === Infinity ? 'Any number' : limit} may be open, for ${connections} connections.`
  if (limit >= needed) return ok(what, says)
  const todo = `Allow ${needed}: LimitNOFILE= in the unit, ulimit -n in a shell; or lower limits.connections.`
  return fail(what, says, todo)
}

/** Of other introducers: each clock against this one, and whether they got through to the ports. */
export function judgeOutside(answers: readonly Outside[], ports: readonly number[]): Check[] {
  return answers.flatMap((answer) => {
    const { who } = answer
    if (answer.outcome === 'silent') {
      const todo = 'See whether it runs, and whether its link still holds.'
      return [warn(`introducer ${who}`, `It did not answer (${answer.why}).`, todo)]
    }
    return [clockAgainst(who, answer.aheadMs), ...reachedBy(who, answer.ports, ports)]
  })
}

function clockAgainst(who: string, aheadMs: number): Check {
  const what = `clock of ${who}`
  const seconds = (Math.abs(aheadMs) / SECOND).toFixed(1)
  if (Math.abs(aheadMs) <= CLOCK_WARNS_MS) return ok(what, `It is within ${seconds} s of this one.`)
  const says = `It is ${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} this one.`
  const todo = 'See which of the two is wrong: an NTP client keeps a clock in step.'
  return Math.abs(aheadMs) > CLOCK_FAILS_MS ? fail(what, says, todo) : warn(what, says, todo)
}

type Tried = readonly { port: number; reached: boolean }[]

function reachedBy(who: string, found: Tried, wanted: readonly number[]): Check[] {
  if (wanted.length === 0) return []
  const what = `seen by ${who}`
  if (found.length === 0) return [warn(what, 'It did not try the ports.', 'Try again in half a minute.')]
  const todo = 'Open it in the firewall, and forward it where a router is in front.'
  return found.map(({ port, reached }) =>
    reached
      ? ok(what, `TCP port ${port} is reached from there.`)
      : fail(what, `TCP port ${port} is not reached from there.`, todo),
  )
}

/** Where nobody can be asked. */
export function untested(why: 'no introducers' | 'running', announce: readonly string[], port: number): Check {
  const [, , host = 'ADDRESS', , told = String(port)] = announce[0]?.split('/') ?? []
  const todo = `From a machine elsewhere: nc -vz ${host} ${told}`
  const says =
    why === 'running'
      ? 'The introducer runs and holds its ports, so that nobody else can be reached there.'
      : 'No other introducer is configured that could try it.'
  return warn('reachability', says, todo)
}

/** The ports of TCP in `listen`, each once; those that the system chooses left out. */
export function tcpPortsOf({ values }: Config): number[] {
  const ports = values.listen.map((address) => Number(/\/tcp\/(\d+)/.exec(address)?.[1] ?? 0))
  return [...new Set(ports)].filter((port) => port > 0)
}

export function printed(checks: readonly Check[]): string {
  const lines = checks.flatMap(({ what, outcome, says, todo }) => {
    const line = `${outcome.padEnd(5)} ${what}: ${says}`
    return todo === null ? [line] : [line, `      ${todo}`]
  })
  return `${lines.join('\n')}\n`
}

function ok(what: string, says: string): Check {
  return { what, outcome: 'ok', says, todo: null }
}

function warn(what: string, says: string, todo: string): Check {
  return { what, outcome: 'warn', says, todo }
}

function fail(what: string, says: string, todo: string): Check {
  return { what, outcome: 'fail', says, todo }
}
