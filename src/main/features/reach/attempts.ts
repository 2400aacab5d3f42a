import type { PeerId } from '../../../shared/ids.ts'
import type { Attempt } from '../../../shared/model/reach.ts'
import { MAX_ATTEMPTS } from './limits.ts'

/** The latest tries to reach somebody, newest first. */
export class Attempts {
  readonly #told: (attempt: Attempt) => void
  #latest: Attempt[] = []

  constructor(told: (attempt: Attempt) => void) {
    this.#told = told
  }

  note(attempt: Attempt): void {
    this.#latest = [attempt, ...this.#latest].slice(0, MAX_ATTEMPTS)
    this.#told(attempt)
  }

  latest(): readonly Attempt[] {
    return this.#latest
  }
}

/** One peer's tries after each other, those of the peer that was tried last first. */
export function byPeer(attempts: readonly Attempt[]): { peerId: PeerId; attempts: Attempt[] }[] {
  const peers = Map.groupBy(attempts, ({ peerId }) => peerId)
  return [...peers].map(([peerId, own]) => ({ peerId, attempts: own }))
}
