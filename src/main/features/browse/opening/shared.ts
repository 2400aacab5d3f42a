import { orAborted } from '../../../platform/or-aborted.ts'

/** What is under way once for all who want it. */
interface Running<Value, Step> {
  readonly over: AbortController
  readonly listeners: Set<(step: Step) => void>
  readonly value: Promise<Value>
  /** The last that was told: whoever comes later hears it at once. */
  step: { readonly is: Step } | null
  waiting: number
  isOver: boolean
}

/**
 * One thing of a kind at a time: a hundred who ask for the same wait for the same. Each may leave by its own signal; when the
 * last has left, what was under way is dropped.
 */
export class Shared<Key, Value, Step = never> {
  readonly #running = new Map<Key, Running<Value, Step>>()

  /** *Errors*: those of `start`; the signal's reason. */
  async run(
    key: Key,
    start: (signal: AbortSignal, tell: (step: Step) => void) => Promise<Value>,
    { signal, onStep }: { readonly signal?: AbortSignal | undefined; readonly onStep?: ((step: Step) => void) | undefined } = {},
  ): Promise<Value> {
    signal?.throwIfAborted()
    const running = this.#running.get(key) ?? this.#start(key, start)
    if (onStep !== undefined) {
      running.listeners.add(onStep)
      if (running.step !== null) onStep(running.step.is)
    }
    running.waiting += 1
    try {
      return await orAborted(running.value, signal)
    } finally {
      if (onStep !== undefined) running.listeners.delete(onStep)
      running.waiting -= 1
      if (running.waiting === 0) this.#drop(key, running)
    }
  }

  /** Everything that is under way fails with this. */
  clear(why: Error): void {
    for (const [key, running] of this.#running) {
      this.#running.delete(key)
      running.over.abort(why)
    }
  }

  #start(key: Key, start: (signal: AbortSignal, tell: (step: Step) => void) => Promise<Value>): Running<Value, Step> {
    const over = new AbortController()
    const listeners = new Set<(step: Step) => void>()
    const tell = (step: Step): void => {
      running.step = { is: step }
      for (const listener of listeners) listener(step)
    }
    // A turn later: what it tells at once is told to whoever began it too. What heeds no signal holds up nobody.
    const value = orAborted(Promise.resolve().then(() => start(over.signal, tell)), over.signal)
    const running: Running<Value, Step> = { over, listeners, value, step: null, waiting: 0, isOver: false }
    this.#running.set(key, running)
    const ended = (): void => {
      running.isOver = true
      this.#drop(key, running)
    }
    value.then(ended, ended)
    return running
  }

  #drop(key: Key, running: Running<Value, Step>): void {
    if (this.#running.get(key) === running) this.#running.delete(key)
    // What came of it may still be under that signal.
    if (!running.isOver) running.over.abort(new Error('nobody waits for it any more'))
  }
}
