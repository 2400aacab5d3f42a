import { spawn, type ChildProcess } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { eventually } from '../helpers/eventually.ts'

/** The built app. */
export const LATCH = join(import.meta.dirname, '../..')

export interface App {
  readonly child: ChildProcess
  readonly startMs: number
  /** Where Chromium says on standard error that it can be watched. */
  readonly debugger: Promise<string>
}

export function start(executable: string, app: string, dataFolder: string, env: NodeJS.ProcessEnv = {}): App {
  const startMs = performance.now()
  const child = spawn(executable, [app, '--remote-debugging-port=0'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, LATCH_DATA: dataFolder, ...env },
  })
  const listening = new Promise<string>((resolve, reject) => {
    let said = ''
    child.stderr?.on('data', (text: Buffer) => {
      said += text.toString()
      const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1]
      if (address !== undefined) resolve(address)
    })
    child.once('exit', () => reject(new Error(`the app ended: ${said.slice(-500)}`)))
  })
  return { child, startMs, debugger: listening }
}

export async function withPage<T>(app: App, run: (page: Page) => Promise<T>): Promise<T> {
  const browser = await chromium.connectOverCDP(await app.debugger)
  try {
    const context = browser.contexts()[0]
    if (context === undefined) throw new Error('the app has no window')
    // Asked again and again: a page that comes while Playwright attaches is not always announced.
    return await run(await eventually('the window', () => context.pages()[0]))
  } finally {
    await browser.close()
  }
}

export async function createAccount(page: Page, name: string): Promise<void> {
  await page.getByLabel('Your name').fill(name)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('button', { name: 'Later' }).click()
}

/** The contract of an app that runs, over HTTP. */
export type Api = <Answer>(method: 'GET' | 'PUT' | 'POST', path: string, body?: unknown) => Promise<Answer>

export async function apiOf(dataFolder: string): Promise<Api> {
  const { url, token } = await eventually('the app’s control file', async () => {
    const text = await readFile(join(dataFolder, 'control.json'), 'utf8').catch(() => null)
    return text === null ? null : (JSON.parse(text) as { url: string; token: string })
  })
  return async (method, path, body) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const response = await fetch(`${url}/api${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`)
    return (await response.json()) as never
  }
}
