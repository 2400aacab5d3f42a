import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

/*
 * A program in another namespace, spoken to in lines of JSON over its standard input and output:
 *
 *   > {"id": 1, "do": "send", "with": …}
 *   < {"id": 1, "gave": …}  or  {"id": 1, "failed": "…"}
 *   < {"says": …}           at any time; the first one is that it is ready
 *
 * It ends when its standard input does.
 */

type Calls = Record<string, (argument: never) => unknown>
type ArgumentOf<Call> = Call extends (argument: infer Argument) => unknown ? Argument : never
type ResultOf<Call> = Call extends (...args: never[]) => infer Result ? Awaited<Result> : never

interface Answer {
  readonly id?: number
  readonly gave?: unknown
  readonly failed?: string
  readonly says?: unknown
}

/** How long a program has to load and say that it is ready: two cores load several at once. */
const READY_TIMEOUT_MS = 60_000

/** `Api` is the type of what the program serves. */
export class Remote<Api> {
  readonly name: string
  /** What it said when it was ready. */
  ready: unknown = null
  readonly process: ChildProcess
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  readonly #listeners = new Set<(said: unknown) => void>()
  readonly #ended: Promise<void>
  #next = 1

  private constructor(name: string, child: ChildProcess) {
    this.name = name
    this.process = child
    this.#ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        const error = new Error(`${name} ended (${signal ?? `code ${code}`})`)
        for (const { reject } of this.#waiting.values()) reject(error)
        this.#waiting.clear()
        resolve()
      })
    })
    child.on('error', () => {})
    child.stdin?.on('error', () => {})
    if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', (line) => this.#onLine(line))
  }

  static async start<Api>(name: string, child: ChildProcess, withinMs = READY_TIMEOUT_MS): Promise<Remote<Api>> {
    const remote = new Remote<Api>(name, child)
    const timeout = AbortSignal.timeout(withinMs)
    remote.ready = await new Promise((resolve, reject) => {
      const once = (said: unknown): void => {
        remote.#listeners.delete(once)
        resolve(said)
      }
      remote.#listeners.add(once)
      timeout.addEventListener('abort', () => reject(new Error(`${name} did not get ready`)))
      void remote.#ended.then(() => reject(new Error(`${name} ended before it was ready`)))
    })
    return remote
  }

  /** Errors: what the program threw, `<name> ended`, or that it took longer than `withinMs`. */
  call<Name extends keyof Api & string>(
    name: Name,
    argument: ArgumentOf<Api[Name]> | null = null,
    withinMs = 60_000,
  ): Promise<ResultOf<Api[Name]>> {
    const id = this.#next++
    return new Promise((resolve, reject) => {
      const { exitCode, signalCode } = this.process
      if (exitCode !== null || signalCode !== null) return reject(new Error(`${this.name} has ended`))
      const timer = setTimeout(() => {
        this.#waiting.delete(id)
        reject(new Error(`${this.name} did not ${name} within ${withinMs} ms`))
      }, withinMs)
      this.#waiting.set(id, {
        resolve: (value) => {
          clearTimeout(timer)
          resolve(value as ResultOf<Api[Name]>)
        },
        reject: (error) => {
          clearTimeout(timer)
          reject(error)
        },
      })
      this.process.stdin?.write(`${JSON.stringify({ id, do: name, with: argument })}\n`)
    })
  }

  /** What it says unasked, after that it is ready. */
  onSaid(listener: (said: unknown) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Lets it end by itself, and kills it if it does not within `withinMs`. */
  async stop(withinMs = 10_000): Promise<void> {
    this.process.stdin?.end()
    const timer = setTimeout(() => this.process.kill('SIGKILL'), withinMs)
    await this.#ended
    clearTimeout(timer)
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL')
    await this.#ended
  }

  #onLine(line: string): void {
    const answer = parse(line)
    if (answer === null) {
      process.stderr.write(`${this.name}: ${line}\n`)
      return
    }
    if (answer.id === undefined) {
      for (const listener of this.#listeners) listener(answer.says)
      return
    }
    const waiting = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    if (answer.failed === undefined) waiting?.resolve(answer.gave)
    else waiting?.reject(new Error(`${this.name}: ${answer.failed}`))
  }
}

/** Null for what some library wrote to standard output. */
function parse(line: string): Answer | null {
  try {
    return JSON.parse(line) as Answer
  } catch {
    return null
  }
}

export function say(said: unknown): void {
  process.stdout.write(`${JSON.stringify({ says: said })}\n`)
}

/** The other side: answers calls until standard input ends, then `close`s and ends the process. Says `ready` first. */
export function serve(calls: Calls, ready: unknown, close: () => unknown = () => {}): void {
  const input = createInterface({ input: process.stdin })
  input.on('line', (line) => {
    const { id, do: name, with: argument } = JSON.parse(line) as { id: number; do: string; with: never }
    const answer = (said: object): void => void process.stdout.write(`${JSON.stringify({ id, ...said })}\n`)
    void (async () => calls[name]?.(argument))().then(
      (gave) => answer({ gave: gave ?? null }),
      (error: unknown) => answer({ failed: error instanceof Error ? error.message : String(error) }),
    )
  })
  input.on('close', () => {
    void Promise.resolve(close()).finally(() => process.exit(0))
  })
  process.stdout.on('error', () => process.exit(0))
  say(ready)
}
