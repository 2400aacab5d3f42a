import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/*
 * The only file that changes the machine: namespaces, and what runs in them. Every namespace is called
 * latch-lab-<pid>-<world>-<name>, so that what a killed run left can be told from what a living one uses.
 */

const PREFIX = 'latch-lab'
const NAMESPACES = '/run/netns'
// Where Debian puts what only root needs; not everybody's root looks there.
process.env['PATH'] += ':/usr/sbin:/sbin'
const run = promisify(execFile)

/** What is called here, and how each is asked for its version. */
const PROGRAMS = [
  ['ip', '-V'],
  ['nft', '-v'],
  ['conntrack', '-V'],
  ['miniupnpd', '--version'],
  ['setpriv', '-V'],
] as const

export function fullName(world: string, space: string): string {
  return `${PREFIX}-${process.pid}-${world}-${space}`
}

/** Why there can be no lab on this machine, or null. One sentence after `because`. */
export async function whyNoLab(): Promise<string | null> {
  if (process.platform !== 'linux') return 'network namespaces are Linux’s'
  if (process.getuid?.() !== 0) return 'only root may make network namespaces'
  for (const [program, version] of PROGRAMS) {
    const { error } = spawnSync(program, [version], { stdio: 'ignore' })
    if (error !== undefined) return `${program} is not installed`
  }
  const trial = fullName('0', 'trial')
  try {
    await shell(null, `ip netns add ${trial}`)
    await shell(trial, trialScript)
    return null
  } catch (error) {
    return `this machine does not let us build it (${firstLine(error)})`
  } finally {
    removeNamespaces([trial])
  }
}

/** One of each thing that the lab is made of. */
const trialScript = `
mount --bind /etc/hosts /etc/hosts
ip link add name one type veth peer name other
ip link add name switch type bridge
ip link add name air type vxlan id 1 remote 127.0.0.1 dstport 4789 dev lo
nft -f - <<'RULES'
table inet trial {
  set talked {
    type ipv4_addr . inet_service
    flags dynamic,timeout
    timeout 1s
    size 16
  }
  chain forward {
    type filter hook forward priority 0; policy drop;
    numgen random mod 100 < 5 drop
    ct state established accept
    meta l4proto udp update @talked { ip daddr . udp sport }
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    masquerade fully-random
  }
}
RULES
`

/** Whether this kernel can hold packets back by itself. */
export async function hasNetem(space: string): Promise<boolean> {
  return shell(space, 'tc qdisc add dev lo root netem delay 1ms && tc qdisc del dev lo root').then(
    () => true,
    () => false,
  )
}

/** Runs a shell script, in a namespace where one is named, up to its first error. Gives what it wrote. */
export async function shell(namespace: string | null, script: string): Promise<string> {
  const [program, ...args] = [...(namespace === null ? [] : inside(namespace)), 'sh', '-e', '-c', script]
  const { stdout } = await run(program ?? 'sh', args, { timeout: 30_000 })
  return stdout
}

export interface SpawnOptions {
  readonly env?: NodeJS.ProcessEnv
  /** What becomes of its standard error. */
  readonly stderr?: 'inherit' | 'ignore' | 'pipe'
  /** A file that this program, and nobody else, has in place of /etc/hosts. */
  readonly hosts?: string
  /** How long it may take until it says that it is ready. */
  readonly readyWithinMs?: number
}

/** Starts a program in a namespace. It is killed when this process ends, however that ends. */
export function spawnIn(
  namespace: string,
  program: string,
  args: readonly string[],
  options: SpawnOptions = {},
): ChildProcess {
  // `ip netns exec` gives whatever it runs mounts of its own: this one goes with the program.
  const named = options.hosts === undefined ? [] : ['sh', '-e', '-c', 'mount --bind "$0" /etc/hosts; exec "$@"', options.hosts]
  const [command, ...rest] = [...inside(namespace), ...named, 'setpriv', '--pdeathsig', 'KILL', program, ...args]
  return spawn(command ?? program, rest, {
    stdio: ['pipe', 'pipe', options.stderr ?? 'inherit'],
    env: { ...process.env, ...options.env },
  })
}

function inside(namespace: string): string[] {
  return ['ip', 'netns', 'exec', namespace]
}

/** Ends what runs in these namespaces, and removes them. Synchronous, so that it also works while the process ends. */
export function removeNamespaces(names: readonly string[]): void {
  for (const name of names) {
    const pids = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' }).stdout ?? ''
    for (const pid of pids.split('\n').filter((line) => line !== '')) kill(Number(pid))
  }
  const input = names.map((name) => `netns del ${name}\n`).join('')
  if (names.length > 0) spawnSync('ip', ['-batch', '-', '-force'], { input })
}

/** A folder of this process's own, which `sweep` finds when the process was killed. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), `${PREFIX}-${process.pid}-`))
}

/** Removes namespaces and folders of runs whose process is gone, and leaves alone those of living ones. */
export function sweep(): void {
  removeNamespaces(abandonedIn(NAMESPACES))
  for (const folder of abandonedIn(tmpdir())) rmSync(join(tmpdir(), folder), { recursive: true, force: true })
}

function abandonedIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).filter((name) => {
    const [, pid] = new RegExp(`^${PREFIX}-(\\d+)-`).exec(name) ?? []
    return pid !== undefined && !existsSync(`/proc/${pid}`)
  })
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended meanwhile.
  }
}

function firstLine(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string }
  return (stderr ?? message ?? String(error)).trim().split('\n')[0] ?? ''
}
