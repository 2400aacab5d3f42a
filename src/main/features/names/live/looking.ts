import { LatchError } from '../../../../shared/errors.ts'
import type { NameLabel } from '../../../../shared/model/ledger.ts'
import type { Lookup, LookupProgress, LookupStep } from '../../../../shared/model/names.ts'
import { readName } from '../read-name.ts'
import { resolve } from '../resolver.ts'
import type { ResolverParts } from '../resolver-types.ts'
import type { LookupOptions } from '../types.ts'
import { type ConnectingParts, connectTo } from './connecting.ts'

/** What is told of a look-up on its way. */
export interface Told {
  readonly onStep: (step: LookupStep) => void
  readonly onAnswer: (lookup: Lookup) => void
}

export interface LookingParts {
  readonly resolver: ResolverParts
  readonly connecting: ConnectingParts
  /** Aborts when this network is left. */
  readonly over: AbortSignal
}

/** Look-ups of one network. */
export class Looking {
  readonly #parts: LookingParts
  /** How often each is looked up now: its news is of use. */
  readonly #names = new Map<NameLabel, number>()

  constructor(parts: LookingParts) {
    this.#parts = parts
  }

  has(name: NameLabel): boolean {
    return this.#names.has(name)
  }

  /** *Errors*: the signal's reason; LatchError BUSY where the network was left meanwhile. */
  async look(text: string, { connect, again, orKept, signal }: LookupOptions, told: Partial<Told> = {}): Promise<Lookup> {
    const { resolver, connecting, over } = this.#parts
    if (over.aborted) throw left()
    // What comes a second later, and is newer, is still heard: whoever asked may be gone by then.
    const asked = new AbortController()
    const aborted = (): void => asked.abort(signal?.reason)
    signal?.addEventListener('abort', aborted, { once: true })
    if (signal?.aborted === true) aborted()
    const both = AbortSignal.any([asked.signal, over])
    const release = this.#name(text)
    // The end is told once, and after the dial where there is one.
    const onStep = (step: LookupStep): void => {
      if (connect !== true || step.step !== 'done') told.onStep?.(step)
    }
    try {
      const options = { signal: both, cached: again === true ? ('ask' as const) : ('use' as const), orKept, onStep, onAnswer: told.onAnswer }
      const found = await resolve(text, resolver, options)
      return connect === true ? await connectTo(found, connecting, { signal: both, onStep: told.onStep }) : found
    } catch (error) {
      throw over.aborted && signal?.aborted !== true ? left() : error
    } finally {
      signal?.removeEventListener('abort', aborted)
      release()
    }
  }

  #name(text: string): () => void {
    const read = readName(text, this.#parts.resolver.rules)
    if (read.outcome === 'refused') return () => {}
    const { name } = read
    this.#names.set(name, (this.#names.get(name) ?? 0) + 1)
    return () => {
      const left = (this.#names.get(name) ?? 1) - 1
      if (left === 0) this.#names.delete(name)
      else this.#names.set(name, left)
    }
  }
}

function left(): LatchError {
  return new LatchError('BUSY', 'Another network is followed now, or Latch is stopping: look again.')
}

/**
 * A look-up as it goes on. Begins when it is read; ends with its result, or at once when its reader goes or the signal says
 * so, and the look-up with it. *Errors*: those of `look`.
 */
export function asProgress(
  look: (told: Told, signal: AbortSignal) => Promise<Lookup>,
  signal?: AbortSignal,
): AsyncGenerator<LookupProgress, void, void> {
  const gone = new AbortController()
  const telling = tellingOf(look, gone.signal, signal)
  return {
    next: () => telling.next(),
    // While the next step is waited for a generator would hear of it only after that.
    return: () => {
      gone.abort(GONE)
      return telling.return()
    },
    throw: (error: unknown) => telling.throw(error),
    [Symbol.asyncIterator]() {
      return this
    },
    [Symbol.asyncDispose]: async () => {
      gone.abort(GONE)
      await telling.return()
    },
  }
}

const GONE = new Error('nobody waits for it any more')

async function* tellingOf(
  look: (told: Told, signal: AbortSignal) => Promise<Lookup>,
  gone: AbortSignal,
  signal?: AbortSignal,
): AsyncGenerator<LookupProgress, void, void> {
  type End = { readonly lookup: Lookup } | { readonly error: unknown }
  const waiting: LookupProgress[] = []
  const end: { is: End | null } = { is: null }
  let wake = (): void => {}
  const settle = (is: End): void => {
    end.is ??= is
    wake()
  }
  const add = (progress: LookupProgress): void => {
    // Newer ones after the end are told as news.
    if (end.is !== null) return
    waiting.push(progress)
    wake()
  }
  const over = signal === undefined ? gone : AbortSignal.any([gone, signal])
  // Whatever the look-up does on its way out: nobody waits for it any more.
  const aborted = (): void => settle({ error: over.reason })
  over.addEventListener('abort', aborted, { once: true })
  const told: Told = { onStep: (step) => add({ kind: 'step', step }), onAnswer: (lookup) => add({ kind: 'answer', lookup }) }
  look(told, over).then(
    (lookup) => settle({ lookup }),
    (error: unknown) => settle({ error }),
  )
  try {
    for (;;) {
      const next = waiting.shift()
      if (next !== undefined) yield next
      else if (end.is === null) await new Promise<void>((resolveWait) => (wake = resolveWait))
      else if (gone.aborted) return
      else if ('error' in end.is) throw end.is.error
      else return yield { kind: 'done', lookup: end.is.lookup }
    }
  } finally {
    over.removeEventListener('abort', aborted)
  }
}
