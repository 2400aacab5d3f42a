import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CliError, exitCodes } from './failure.ts'

export interface Control {
  readonly url: string
  readonly token: string
  readonly pid: number
}

/** Where the node of `dataFolder` answers; null when none runs there: no file, or one whose process is gone. */
export async function readControl(dataFolder: string): Promise<Control | null> {
  const path = join(dataFolder, 'control.json')
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
    throw new CliError(exitCodes.failed, `${path} cannot be read (${error.code}). Is the node running as another user?`)
  })
  if (text === null) return null
  const control = parse(text)
  if (control === null)
    throw new CliError(exitCodes.failed, `${path} is damaged. Stop the node and start it again.`, 'DAMAGED')
  return isAlive(control.pid) ? control : null
}

function parse(text: string): Control | null {
  try {
    const { url, token, pid } = JSON.parse(text) as Partial<Record<keyof Control, unknown>>
    if (typeof url !== 'string' || typeof token !== 'string' || !Number.isInteger(pid)) return null
    // The token goes to this address: nowhere but to this machine.
    return /^http:\/\/127\.0\.0\.1:\d{1,5}$/.test(url) ? { url, token, pid: Number(pid) } : null
  } catch {
    return null
  }
}

/** Whether a process runs. One that ended and was not yet collected by its parent, as in a bare container, does not. */
export function isAlive(pid: number): boolean {
  if (pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it is there, and not ours.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return process.platform !== 'linux' || !isZombie(pid)
}

function isZombie(pid: number): boolean {
  try {
    // proc(5): the state is the letter after the command in parentheses, which may hold parentheses itself.
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\)/s, '').slice(0, 3))
  } catch {
    return false
  }
}
