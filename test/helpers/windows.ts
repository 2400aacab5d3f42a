import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'

const HEADLESS = fileURLToPath(new URL('../../out/main/headless.js', import.meta.url))
const START_LIMIT_MS = 30_000

/** Loopback and TCP: nothing leaves this machine, and nothing comes that no test sent. */
const QUIET = ['--listen', '/ip4/127.0.0.1/tcp/0', '--no-lan', '--no-upnp', '--no-webrtc']

export interface HeadlessNode {
  readonly dataFolder: string
  /** Opens the window, once. */
  readonly url: string
  /** Ends it as Ctrl-C would. */
  stop(): Promise<void>
  /** Ends it as a power cut would. */
  kill(): Promise<void>
}

/** Starts the built node without a window, as `latch start` does, and waits for the line that says where it opens. */
export async function startNode(options: {
  dataFolder: string
  /** Of the window's address, so that a tab finds the node again. */
  port?: number
  demo?: boolean
}): Promise<HeadlessNode> {
  const { dataFolder, port = 0, demo = false } = options
  const args = [HEADLESS, '--json', '--data', dataFolder, '--port', String(port), ...QUIET, ...(demo ? [] : ['--no-demo'])]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let complaints = ''
  child.stderr.on('data', (text: Buffer) => (complaints += text.toString()))
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  const end = async (signal: 'SIGINT' | 'SIGKILL'): Promise<void> => {
    child.kill(signal)
    await ended
  }
  const line = await new Promise<string>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`the node did not start (${why}) ${complaints.trim()}`))
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      fail('no answer')
    }, START_LIMIT_MS)
    createInterface(child.stdout).once('line', resolve)
    child.once('exit', (code) => fail(`exit code ${code}`))
    void ended.then(() => clearTimeout(timer))
    child.stdout.once('data', () => clearTimeout(timer))
  })
  const { url } = JSON.parse(line) as { url: string }
  return { dataFolder, url, stop: () => end('SIGINT'), kill: () => end('SIGKILL') }
}

/** What a page complained about: errors in its console, errors nobody caught, what its security policy stopped. */
export class Complaints {
  readonly #heard: string[] = []
  readonly #expected: RegExp[] = []

  listenTo(page: Page): void {
    page.on('pageerror', (error) => this.#heard.push(`not caught: ${error.message}`))
    page.on('console', (message) => {
      if (message.type() === 'error') this.#heard.push(message.text())
    })
  }

  /** Chromium itself writes a line for each request that fails, also for those that a test makes fail on purpose. */
  expect(what: RegExp): void {
    this.#expected.push(what)
  }

  unexpected(): string[] {
    return this.#heard.filter((line) => !this.#expected.some((what) => what.test(line)))
  }
}
