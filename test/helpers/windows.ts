import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'

const HEADLESS = fileURLToPath(new URL('../../out/main/headless.js', import.meta.url))
const START_LIMIT_MS = 30_000

/** Loopback and TCP: nothing leaves this machine, and nothing comes that no test sent. */
const QUIET = ['--no-lan', '--no-upnp', '--no-webrtc']
const LISTEN = ['--listen', '/ip4/127.0.0.1/tcp/0']

/** Nobody can dial it: what would listen there is left out. A list of nothing would be every network. */
export const LISTEN_NOWHERE = '/ip4/127.0.0.1/udp/0/webrtc-direct'

interface Program {
  /** Ends it as Ctrl-C would. */
  stop(): Promise<void>
  /** Ends it as a power cut would. */
  kill(): Promise<void>
}

export interface HeadlessNode extends Program {
  readonly dataFolder: string
  /** Opens the window, once. */
  readonly url: string
}

export interface HeadlessIntroducer extends Program {
  /** What others use it by. */
  readonly link: string
}

/** Starts the built node without a window, as `latch start` does, and waits for the line that says where it opens. */
export async function startNode(options: {
  dataFolder: string
  /** Of the window's address, so that a tab finds the node again. */
  port?: number
  demo?: boolean
  /** Others can dial it; true unless said otherwise. */
  listens?: boolean
}): Promise<HeadlessNode> {
  const { dataFolder, port = 0, demo = false, listens = true } = options
  const listen = listens ? LISTEN : ['--listen', LISTEN_NOWHERE]
  const own = ['--json', '--data', dataFolder, '--port', String(port), ...(demo ? [] : ['--no-demo'])]
  const { said, ...program } = await start([...own, ...listen, ...QUIET])
  const { url } = JSON.parse(said) as { url: string }
  return { dataFolder, url, ...program }
}

/** Starts the built introduction server, as `latch introduce` does, and waits for its link. */
export async function startIntroducer({ dataFolder, name }: { dataFolder: string; name: string }): Promise<HeadlessIntroducer> {
  const stun = ['--stun-listen', '127.0.0.1:0', '--stun-listen', '127.0.0.1:0']
  const own = ['--json', '--data', dataFolder, '--name', name, '--http-listen', '127.0.0.1:0']
  const { said, ...program } = await start(['introduce', ...own, ...LISTEN, ...stun])
  const { link } = JSON.parse(said) as { link: string }
  return { link, ...program }
}

/** The built program without a window, once it has said its first line. */
async function start(args: readonly string[]): Promise<Program & { said: string }> {
  const child = spawn(process.execPath, [HEADLESS, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let complaints = ''
  child.stderr.on('data', (text: Buffer) => (complaints += text.toString()))
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  const end = async (signal: 'SIGINT' | 'SIGKILL'): Promise<void> => {
    child.kill(signal)
    await ended
  }
  const said = await new Promise<string>((resolve, reject) => {
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
  return { said, stop: () => end('SIGINT'), kill: () => end('SIGKILL') }
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
