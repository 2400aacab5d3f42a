import { SECOND } from '../../../../shared/units.ts'
import { SPEED_WINDOW_MS } from '../limits.ts'

/** Bytes a second, over the last five. */
export class Speed {
  readonly #came: { readonly ms: number; readonly bytes: number }[] = []
  #beganMs: number | null = null

  add(bytes: number, nowMs: number): void {
    this.#beganMs ??= nowMs
    const last = this.#came.at(-1)
    // In tenths of a second: no more than fifty of them, however small what comes.
    if (last !== undefined && nowMs - last.ms < SECOND / 10) this.#came[this.#came.length - 1] = { ms: last.ms, bytes: last.bytes + bytes }
    else this.#came.push({ ms: nowMs, bytes })
    this.#forget(nowMs)
  }

  perSecond(nowMs: number): number {
    this.#forget(nowMs)
    if (this.#beganMs === null) return 0
    const bytes = this.#came.reduce((sum, { bytes: some }) => sum + some, 0)
    const overMs = Math.min(SPEED_WINDOW_MS, Math.max(SECOND, nowMs - this.#beganMs))
    return Math.round((bytes / overMs) * SECOND)
  }

  #forget(nowMs: number): void {
    while ((this.#came[0]?.ms ?? nowMs) < nowMs - SPEED_WINDOW_MS) this.#came.shift()
  }
}
