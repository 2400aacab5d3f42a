import { readFile } from 'node:fs/promises'

/** What Linux says of a process. */
export interface ProcessFigures {
  readonly residentBytes: number
  /** Since it started, in user and kernel mode. */
  readonly processorMs: number
}

/** A tick of the kernel's accounting is 10 ms everywhere (USER_HZ). */
const TICK_MS = 10
const PAGE_BYTES = 4096

export async function figuresOf(pid: number): Promise<ProcessFigures> {
  const read = (file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8')
  const [stat, statm] = await Promise.all([read('stat'), read('statm')])
  // After the name in parentheses, which may hold spaces; then the state, and 11 fields on the times.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return {
    residentBytes: Number(statm.split(' ')[1]) * PAGE_BYTES,
    processorMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
  }
}
