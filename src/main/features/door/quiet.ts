import { isQuiet, type Settings } from '../../../shared/model/settings.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { DoorTime } from './time.ts'

interface Parts {
  readonly clock: Clock
  readonly time: DoorTime
  readonly settings: () => Pick<Settings, 'doNotDisturb'>
  /** Some may disturb again. */
  readonly over: () => void
}

/** Whether this person may be disturbed now, and the moment at which they may again. */
export class Quiet {
  readonly #parts: Parts
  #cancel: Cancel = () => {}
  #isStopped = false

  constructor(parts: Parts) {
    this.#parts = parts
  }

  isFor(isContact: boolean): boolean {
    const { settings, time } = this.#parts
    return isQuiet(settings().doNotDisturb, isContact, time.wallMs())
  }

  /** The settings may have changed: what is over ends now, and what has an end is awaited. */
  reconsider(): void {
    this.#cancel()
    this.#cancel = () => {}
    const { settings, time, clock, over } = this.#parts
    over()
    const { on, untilMs } = settings().doNotDisturb
    const leftMs = (untilMs ?? 0) - time.wallMs()
    // The machine's clock may be set meanwhile: when the time is up by one clock, the other is asked again.
    if (on && leftMs > 0 && !this.#isStopped) this.#cancel = clock.after(leftMs, () => this.reconsider())
  }

  stop(): void {
    this.#isStopped = true
    this.#cancel()
  }
}
