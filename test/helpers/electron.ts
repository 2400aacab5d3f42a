import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { type Electron, findElectron } from '../../scripts/electron.mjs'

/** The clone that holds the built app. */
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const START_LIMIT_MS = 30_000
const CLOSE_LIMIT_MS = 10_000

export interface Desktop {
  app: ElectronApplication
  window: Page
  process: ChildProcess
  /** Ends the app as a person would by quitting it, and kills its process if it is still there after 10 s. */
  close(): Promise<void>
  /** Ends it as a power cut would. */
  kill(): Promise<void>
}

let found: Electron | undefined

/** The Electron that this machine can start: named by the runner of the tests, or looked for. Printed once. */
async function useElectron(): Promise<Electron> {
  if (found !== undefined) return found
  const given = process.env['LATCH_ELECTRON']
  const electron = given === undefined ? await findElectron({ forTests: true }) : (JSON.parse(given) as Electron)
  if ('why' in electron) throw new Error(electron.why)
  console.log(`${electron.name} ${electron.version}`)
  // Where the electron package looks for the binary. Playwright asks it, in this process: with a path of our own it
  // would start the app without its loader, which holds `ready` back until Playwright is attached.
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = electron.dist
  found = electron
  return electron
}

interface Launch {
  dataFolder: string
  /** The app's folder, from the clone's; the built app unless said otherwise. */
  app?: string
  args?: readonly string[]
  env?: Readonly<Record<string, string>>
}

/** Starts the built desktop app, inside the sandbox of the operating system, and waits for its first window. */
export async function launchDesktop(options: Launch): Promise<Desktop> {
  await useElectron()
  await mkdir(options.dataFolder, { recursive: true })
  const app = await _electron.launch({
    cwd: ROOT,
    args: [options.app ?? '.', ...(options.args ?? [])],
    env: envOf(options),
    // Playwright starts it without otherwise, which would test a weaker app.
    chromiumSandbox: true,
    timeout: START_LIMIT_MS,
  })
  const child = app.process()
  const ended = new Promise<void>((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done()
    else child.once('exit', () => done())
  })
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  const close = async (): Promise<void> => {
    const timer = setTimeout(() => child.kill('SIGKILL'), CLOSE_LIMIT_MS)
    await app.close().catch(() => undefined)
    await ended
    clearTimeout(timer)
  }
  try {
    return { app, window: await app.firstWindow({ timeout: START_LIMIT_MS }), process: child, close, kill }
  } catch (error) {
    await kill()
    throw error
  }
}

/** Starts it once more beside one that runs, as a system does that opens a link. Gives the exit code. */
export async function launchAgain(options: Launch): Promise<number | null> {
  const { executable } = await useElectron()
  const child = spawn(executable, ['.', ...(options.args ?? [])], { cwd: ROOT, env: envOf(options), stdio: 'ignore' })
  const timer = setTimeout(() => child.kill('SIGKILL'), START_LIMIT_MS)
  await once(child, 'exit')
  clearTimeout(timer)
  return child.exitCode
}

function envOf({ dataFolder, env }: Launch): Record<string, string> {
  return { ...definedEnv(), LATCH_DATA: dataFolder, ...env }
}

function definedEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
