import { run } from '../../../src/cli/program.ts'
import type { Io } from '../../../src/cli/io.ts'

export interface Run {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface Running {
  readonly done: Promise<Run>
  /** What has been printed so far. */
  out(): string
  interrupt(): void
}

export interface HeldIo {
  readonly input?: string | Uint8Array
  readonly isTerminal?: boolean
  readonly env?: Record<string, string>
  readonly follow?: Io['follow']
  /** What a person types when they are asked; nobody is there to be asked without it. */
  readonly answer?: string
  /** What they were asked is put here. */
  readonly questions?: string[]
}

/** `latch <args>` in this process, with all that it says held. */
export function start(args: readonly string[], held: HeldIo = {}): Running {
  let out = ''
  let err = ''
  const interrupted = new AbortController()
  const io: Io = {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    async pour(chunks) {
      const all: Uint8Array[] = []
      for await (const chunk of chunks) all.push(chunk)
      out += Buffer.concat(all).toString('utf8')
    },
    readInput: () => Promise.resolve(Buffer.from(held.input ?? '').toString('utf8')),
    readInputBytes: () => Promise.resolve(Buffer.from(held.input ?? '')),
    ask: (question) => {
      held.questions?.push(question)
      return held.answer === undefined ? Promise.reject(new Error('nobody is asked in this test')) : Promise.resolve(held.answer)
    },
    canAsk: held.answer !== undefined,
    isTerminal: held.isTerminal ?? false,
    colour: false,
    nowMs: () => Date.now(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms)
        signal?.addEventListener('abort', () => {
          clearTimeout(timer)
          resolve()
        })
      }),
    follow: held.follow ?? (() => Promise.reject(new Error('nothing is started in this test'))),
    interrupted: interrupted.signal,
    env: held.env ?? {},
    platform: 'linux',
    home: '/nowhere',
    headless: '/app/headless.js',
    version: '9.8.7',
  }
  const done = run(args, io).then((code) => ({ code, out, err }))
  return { done, out: () => out, interrupt: () => interrupted.abort() }
}

/** `latch <args>`, to its end. */
export function latch(args: readonly string[], held: HeldIo = {}): Promise<Run> {
  return start(args, held).done
}
