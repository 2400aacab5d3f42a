import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants, homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import packageJson from '../../package.json' with { type: 'json' }
import { exitCodes } from './failure.ts'
import type { Io } from './io.ts'
import { run } from './program.ts'

/** Longer than any command needs to say goodbye after Ctrl-C. */
const GOODBYE_MS = 500

const { stdin, stdout, stderr, env, platform } = process
const interrupted = new AbortController()
let following = false

/** Where what is typed goes that nobody is to see. */
async function nowhere(): Promise<NodeJS.WritableStream> {
  const { Writable } = await import('node:stream')
  return new Writable({ write: (_chunk, _encoding, done) => done() })
}

const io: Io = {
  out: (text) => void stdout.write(text),
  err: (text) => void stderr.write(text),
  async pour(chunks) {
    for await (const chunk of chunks) if (!stdout.write(chunk)) await once(stdout, 'drain')
  },
  async readInput() {
    stdin.setEncoding('utf8')
    let text = ''
    for await (const chunk of stdin) text += chunk
    return text
  },
  async readInputBytes() {
    const chunks: Buffer[] = []
    for await (const chunk of stdin) chunks.push(chunk as Buffer)
    return Buffer.concat(chunks)
  },
  async ask(question, how) {
    const { createInterface } = await import('node:readline/promises')
    if (how?.hidden === true) stderr.write(question)
    const output = how?.hidden === true ? await nowhere() : stderr
    const lines = createInterface({ input: stdin, output, terminal: true })
    try {
      return await lines.question(how?.hidden === true ? '' : question, { signal: interrupted.signal })
    } finally {
      lines.close()
      if (how?.hidden === true) stderr.write('\n')
    }
  },
  canAsk: stdin.isTTY && stderr.isTTY,
  isTerminal: stdout.isTTY,
  colour: stdout.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb',
  nowMs: () => Date.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => {}),
  follow(program, args) {
    following = true
    const child = spawn(program, args, { stdio: 'inherit' })
    // Ctrl-C in a terminal reaches the child as well; sent twice it would mean "now, without tidying up".
    process.on('SIGINT', () => stdin.isTTY || child.kill('SIGINT'))
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
    return new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])))
    })
  },
  interrupted: interrupted.signal,
  env,
  platform,
  home: homedir(),
  headless: join(import.meta.dirname, 'headless.js'),
  version: packageJson.version,
}

process.on('SIGINT', () => {
  if (following) return
  if (interrupted.signal.aborted) process.exit(exitCodes.interrupted)
  interrupted.abort()
  setTimeout(() => process.exit(exitCodes.interrupted), GOODBYE_MS).unref()
})
// `latch chat follow | head`: whoever read is gone, and nobody needs to hear of it.
stdout.on('error', () => process.exit(exitCodes.done))

process.exitCode = await run(process.argv.slice(2), io)
