import { LatchError } from '../../../shared/errors.ts'
import type { Linking as LinkingState } from '../../../shared/model/devices.ts'
import type { Cancel, Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { MAX_ACCOUNT_BYTES, SECRET_BYTES, writeCode, type Joiner, type LinkHandlers, type LinkStatus } from '../../protocols/link/index.ts'
import { CODE_LASTS_MS, MAX_WRONG_TRIES } from './limits.ts'
import type { DevicesParts } from './types.ts'

export interface LinkingParts extends Pick<DevicesParts, 'random' | 'me' | 'addresses'> {
  readonly clock: Clock
  readonly log: Log
  /** What is handed over, with the new device in the list; and what makes that list count. */
  readonly pack: (joiner: Joiner) => Promise<{ readonly account: Uint8Array; readonly keep: () => Promise<void> }>
  readonly onChanged: (linking: LinkingState | null) => void
}

interface Code {
  readonly secret: Uint8Array
  wrongTries: number
  state: LinkingState
  cancelTimer: Cancel
  joiner: Joiner | null
  answer: ((answer: 'give' | LinkStatus) => void) | null
  keep: (() => Promise<void>) | null
}

const OVER = new Set<LinkingState['state']>(['done', 'expired', 'refused', 'failed'])

/** One code at a time, used once; and whoever came with it. */
export class Linking implements LinkHandlers {
  readonly #parts: LinkingParts
  #code: Code | null = null

  constructor(parts: LinkingParts) {
    this.#parts = parts
  }

  current(): LinkingState | null {
    return this.#code?.state ?? null
  }

  begin(): LinkingState {
    const state = this.#code?.state.state
    if (state === 'asking' || state === 'sending') throw new LatchError('CONFLICT', 'A device is being linked now. Answer that first, or cancel it.')
    this.#code?.cancelTimer()
    const { addresses, clock, me, random } = this.#parts
    const secret = random(SECRET_BYTES)
    const untilMs = clock.nowMs() + CODE_LASTS_MS
    const code: Code = {
      secret,
      wrongTries: 0,
      state: {
        code: writeCode({ peerId: me.peerId, addresses: addresses(), secret, untilMs }),
        untilMs, state: 'waiting', label: null, words: [], why: null,
      },
      cancelTimer: clock.after(CODE_LASTS_MS, () => this.#expire(code)),
      joiner: null,
      answer: null,
      keep: null,
    }
    this.#code = code
    this.#parts.onChanged(code.state)
    return code.state
  }

  answer(allow: boolean): LinkingState {
    const code = this.#code
    if (code?.state.state !== 'asking' || code.answer === null) throw new LatchError('CONFLICT', 'No device waits for an answer.')
    if (allow) this.#set(code, { state: 'sending' })
    else this.#end(code, 'refused', 'You said that the words differ, or that this is not your device. Nothing was given to it.')
    code.answer(allow ? 'give' : 'declined')
    return code.state
  }

  cancel(): void {
    const code = this.#code
    if (code === null) return
    code.cancelTimer()
    this.#code = null
    code.answer?.('cancelled')
    this.#parts.onChanged(null)
  }

  secret(): Uint8Array | { readonly refused: LinkStatus } {
    const code = this.#code
    if (code === null) return { refused: 'none' }
    if (code.state.state === 'waiting') return code.secret
    if (code.state.state === 'expired') return { refused: 'expired' }
    return { refused: code.wrongTries >= MAX_WRONG_TRIES ? 'ended' : 'used' }
  }

  tried(joiner: Joiner | null): 'taken' | LinkStatus {
    const code = this.#code
    if (code === null || code.state.state !== 'waiting') return 'none'
    if (joiner !== null) {
      code.joiner = joiner
      this.#set(code, { state: 'asking', label: joiner.label, words: [...joiner.words] })
      return 'taken'
    }
    code.wrongTries += 1
    if (code.wrongTries < MAX_WRONG_TRIES) return 'wrong'
    this.#end(code, 'failed', 'Somebody tried this code three times with a wrong secret. It counts no more; make a new one.')
    return 'ended'
  }

  async asked(joiner: Joiner, signal: AbortSignal): Promise<Uint8Array | LinkStatus> {
    const code = this.#codeOf(joiner)
    // Cancelled, or too late, within the moment in which its proof was answered.
    if (code?.state.state !== 'asking') return code?.state.state === 'expired' ? 'expired' : 'cancelled'
    const { promise, resolve } = Promise.withResolvers<'give' | LinkStatus>()
    code.answer = resolve
    const gone = (): void => resolve('cancelled')
    signal.addEventListener('abort', gone, { once: true })
    const answer = await promise
    signal.removeEventListener('abort', gone)
    if (answer !== 'give') return answer
    const { account, keep } = await this.#parts.pack(joiner)
    if (account.byteLength + 64 > MAX_ACCOUNT_BYTES) throw new LatchError('TOO_LARGE', 'This account has more than a link carries. Use a backup instead.')
    code.keep = keep
    return this.#code === code ? account : 'cancelled'
  }

  async whole(joiner: Joiner): Promise<void> {
    const code = this.#codeOf(joiner)
    // Cancelled in the last moment; it has everything all the same, and belongs on the list where it can be seen and given up.
    await (code?.keep ?? (() => Promise.resolve()))()
    if (code !== null) this.#end(code, 'done', null)
  }

  failed(joiner: Joiner, why: Error): void {
    const code = this.#codeOf(joiner)
    if (code === null || OVER.has(code.state.state)) return
    this.#parts.log.info({ why: why.message }, 'a linking came to nothing')
    const wasSending = code.state.state === 'sending'
    this.#end(
      code,
      'failed',
      wasSending
        ? `${nameOf(joiner)} was gone before it said that it has everything. If it shows your account, it comes onto the list as soon as it connects; otherwise begin again there.`
        : `${nameOf(joiner)} went away before you answered. Nothing was given to it.`,
    )
  }

  stop(): void {
    this.#code?.cancelTimer()
    this.#code?.answer?.('cancelled')
    this.#code = null
  }

  #codeOf(joiner: Joiner): Code | null {
    return this.#code?.joiner === joiner ? this.#code : null
  }

  #expire(code: Code): void {
    const { state } = code.state
    if (state !== 'waiting' && state !== 'asking') return
    this.#end(code, 'expired', state === 'waiting' ? 'Nobody used the code in ten minutes.' : 'Nobody answered in time. Nothing was given.')
    code.answer?.('expired')
  }

  #end(code: Code, state: LinkingState['state'], why: string | null): void {
    code.cancelTimer()
    this.#set(code, { state, why })
  }

  #set(code: Code, change: Partial<LinkingState>): void {
    code.state = { ...code.state, ...change }
    if (this.#code === code) this.#parts.onChanged(code.state)
  }
}

function nameOf({ label }: Joiner): string {
  return label === '' ? 'The other device' : label
}
