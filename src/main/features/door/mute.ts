import type { AccountId } from '../../../shared/ids.ts'
import { MAX_DENIALS_KEPT, MAX_DENIED_ACCOUNTS, MUTE_AFTER_DENIALS, MUTE_FOR_MS, MUTE_WINDOW_MS } from './limits.ts'

/**
 * Until when an account with these refusals is not asked about again; null when it may ask.
 * *Units*: ms on the clock that also wrote `deniedAtMs`, in rising order.
 */
export function mutedUntil(deniedAtMs: readonly number[], nowMs: number): number | null {
  for (let last = deniedAtMs.length - 1; last >= MUTE_AFTER_DENIALS - 1; last--) {
    const lastMs = deniedAtMs[last] ?? 0
    const firstMs = deniedAtMs[last - MUTE_AFTER_DENIALS + 1] ?? 0
    if (lastMs - firstMs <= MUTE_WINDOW_MS) return lastMs + MUTE_FOR_MS > nowMs ? lastMs + MUTE_FOR_MS : null
  }
  return null
}

interface Denial {
  readonly atMs: number
  readonly isSilent: boolean
}

/** The refusals that a person gave, by account, as long as they can mute. A restart forgets them. */
export class Mutes {
  readonly #denials = new Map<AccountId, Denial[]>()

  /** `isSilent`: the account was not told of it. */
  add(account: AccountId, nowMs: number, isSilent: boolean): void {
    const still = (this.#denials.get(account) ?? []).filter(({ atMs }) => nowMs - atMs < MUTE_FOR_MS + MUTE_WINDOW_MS)
    this.#denials.delete(account)
    this.#denials.set(account, [...still, { atMs: nowMs, isSilent }].slice(-MAX_DENIALS_KEPT))
    const [oldest] = this.#denials.keys()
    if (this.#denials.size > MAX_DENIED_ACCOUNTS && oldest !== undefined) this.#denials.delete(oldest)
  }

  /** The newest refusal was taken back. */
  takeBack(account: AccountId): void {
    this.#denials.get(account)?.pop()
  }

  /** `silent`: the newest refusal was, and that the account is muted would tell of it. */
  of(account: AccountId, nowMs: number): 'none' | 'told' | 'silent' {
    const denials = this.#denials.get(account) ?? []
    const times = denials.map(({ atMs }) => atMs)
    if (mutedUntil(times, nowMs) === null) return 'none'
    return denials.at(-1)?.isSilent === true ? 'silent' : 'told'
  }
}
