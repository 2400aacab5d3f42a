import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { chromium, expect, type Browser, type Page } from '@playwright/test'
import { Complaints } from '../../helpers/windows.ts'

/** What scripts/package-test.mjs made: the same commit packed twice. */
export interface Packed {
  /** The folder that the packages were made of. */
  readonly folder: string
  readonly deb: string
}

export function packedTwice(): readonly [Packed, Packed] {
  const given = process.env['LATCH_PACKAGES']
  if (given === undefined) throw new Error('run it by `npm run package:test`, which packs first')
  return JSON.parse(given) as [Packed, Packed]
}

/** Takes a deb apart as dpkg does, below a folder of its own, where the ordinary user of the tests may. */
export function unpacked(deb: string): string {
  const root = mkdtempSync(join(tmpdir(), 'latch-deb-'))
  execFileSync('dpkg-deb', ['-x', deb, root])
  return root
}

const START_LIMIT_MS = 60_000

/** Loopback and TCP: nothing leaves this machine. */
const QUIET = { LATCH_LISTEN: '/ip4/127.0.0.1/tcp/0', LATCH_WITHOUT: 'lan upnp webrtc demo' }

export interface RunningPackage {
  readonly page: Page
  readonly complaints: Complaints
  readonly process: ChildProcess
  close(): Promise<void>
}

/** Starts the program of a package. It is fused, so that no inspector reaches its main process: its page is driven from outside. */
export async function startPackage(program: string, dataFolder: string): Promise<RunningPackage> {
  const child = spawn(program, ['--remote-debugging-port=0'], { env: { ...process.env, ...QUIET, LATCH_DATA: dataFolder }, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(child, 'exit')
  const browser = await chromium.connectOverCDP(await debuggerOf(child), { timeout: START_LIMIT_MS })
  const page = await windowOf(browser)
  const complaints = new Complaints()
  complaints.listenTo(page)
  return {
    page,
    complaints,
    process: child,
    async close() {
      await browser.close()
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function debuggerOf(child: ChildProcess): Promise<string> {
  const { stderr } = child
  if (stderr === null) throw new Error('started without a pipe')
  const said: string[] = []
  const signal = AbortSignal.timeout(START_LIMIT_MS)
  for await (const line of createInterface({ input: stderr, signal })) {
    const url = /DevTools listening on (ws:\S+)/.exec(line)?.[1]
    if (url !== undefined) {
      stderr.resume()
      return url
    }
    said.push(line)
  }
  throw new Error(`it ended before it listened:\n${said.join('\n')}`)
}

async function windowOf(browser: Browser): Promise<Page> {
  const ours = (): Page | undefined => browser.contexts().flatMap((context) => context.pages()).find((page) => page.url().startsWith('app://latch/'))
  await expect.poll(() => ours()?.url(), { timeout: START_LIMIT_MS }).toBeDefined()
  const page = ours()
  if (page === undefined) throw new Error('the window went away')
  return page
}

/** Starts it once more on the same folder, as a system does that opens a link. Gives the exit code. */
export async function startAgain(program: string, dataFolder: string, link: string): Promise<number | null> {
  const child = spawn(program, [link], { env: { ...process.env, ...QUIET, LATCH_DATA: dataFolder }, stdio: 'ignore' })
  await once(child, 'exit')
  return child.exitCode
}
