import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { Remote } from '../../lab/remote.ts'

/** A program of this folder, as a process of its own. */
export function program<Api>(file: string, orders: object, execArgv: readonly string[] = []): Promise<Remote<Api>> {
  const args = ['--no-warnings', ...execArgv, join(import.meta.dirname, file), JSON.stringify(orders)]
  return Remote.start<Api>(file, spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] }))
}
