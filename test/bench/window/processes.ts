import { readFile, readdir } from 'node:fs/promises'

/** What a process of Electron is for. `other`: the zygotes that the rest is forked from, the crash handler. */
export type Kind = 'main' | 'renderer' | 'gpu' | 'utility' | 'other'

export interface ProcessOf {
  readonly pid: number
  readonly kind: Kind
}

export interface Activity {
  /** In user and kernel mode, since the process started. */
  readonly processorMs: number
  /** How often one of its threads gave its processor up to wait, since it started: each is a wake-up later. */
  readonly waits: number
}

/** A tick of the kernel's accounting is 10 ms everywhere (USER_HZ). */
const TICK_MS = 10

/** A process and all below it. Empty where the system does not tell. */
export async function processesOf(root: number | undefined): Promise<ProcessOf[]> {
  if (root === undefined || process.platform !== 'linux') return []
  const parents = new Map<number, number>()
  for (const name of await readdir('/proc')) {
    const stat = /^\d+$/.test(name) ? await textOf(`/proc/${name}/stat`) : ''
    const parent = /\) \S (\d+)/.exec(stat)?.[1]
    if (parent !== undefined) parents.set(Number(name), Number(parent))
  }
  const isBelow = (pid: number | undefined): boolean => pid !== undefined && (pid === root || isBelow(parents.get(pid)))
  const pids = [...parents.keys()].filter((pid) => isBelow(pid))
  return Promise.all(pids.map(async (pid) => ({ pid, kind: kindOf(pid === root, await textOf(`/proc/${pid}/cmdline`)) })))
}

function kindOf(isRoot: boolean, commandLine: string): Kind {
  if (isRoot) return 'main'
  const type = /--type=([a-z-]+)/.exec(commandLine)?.[1]
  if (type === 'renderer' || type === 'utility') return type
  return type === 'gpu-process' ? 'gpu' : 'other'
}

/** What they share is counted once, each getting its part of it. NaN where the system does not tell. */
export async function pssBytes(processes: readonly ProcessOf[]): Promise<number> {
  if (processes.length === 0) return Number.NaN
  const all = await Promise.all(
    processes.map(async ({ pid }) => Number(/^Pss:\s+(\d+) kB/m.exec(await textOf(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024),
  )
  return all.reduce((sum, one) => sum + one, 0)
}

export async function activityOf(processes: readonly ProcessOf[]): Promise<Activity> {
  let [processorMs, waits] = [0, 0]
  for (const { pid } of processes) {
    const stat = await textOf(`/proc/${pid}/stat`)
    // After the name in parentheses, which may hold spaces; then the state, and 11 fields on the times.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    processorMs += (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_MS
    for (const thread of await readdir(`/proc/${pid}/task`).catch(() => [])) {
      const status = await textOf(`/proc/${pid}/task/${thread}/status`)
      waits += Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? 0)
    }
  }
  return { processorMs, waits }
}

/** Processes end while one looks. */
function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '')
}
