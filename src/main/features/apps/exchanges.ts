import { LatchError } from '../../../shared/errors.ts'
import type { AppId, ExchangeId } from '../../../shared/model/apps.ts'
import { DeadlineError } from '../../platform/clock.ts'
import type { Piece } from './types.ts'

/** A request that came or a call that was made, while it is open: of one program, and of nobody else. */
export interface Exchange {
  readonly app: AppId
  readonly id: ExchangeId
  read(signal?: AbortSignal): Promise<Piece>
  write(chunk: Uint8Array, done: boolean): Promise<void>
  cancel(): void
}

/** Open exchanges by their id. */
export class Exchanges<One extends Exchange> {
  readonly #open = new Map<ExchangeId, One>()

  add(exchange: One): void {
    this.#open.set(exchange.id, exchange)
  }

  remove({ id }: One): void {
    this.#open.delete(id)
  }

  find(app: AppId, id: ExchangeId): One | null {
    const exchange = this.#open.get(id)
    return exchange?.app === app ? exchange : null
  }

  /** Errors: LatchError NOT_FOUND, also for another program's. */
  get(app: AppId, id: ExchangeId): One {
    const exchange = this.find(app, id)
    if (exchange === null) throw over()
    return exchange
  }

  all(): One[] {
    return [...this.#open.values()]
  }
}

export function over(): LatchError {
  return new LatchError('NOT_FOUND', 'Nothing of that id is open: it was answered, cancelled, or its time is over.')
}

/** Why a piece could not be read or written, for the program. */
export function brokenOff(error: unknown): LatchError {
  if (error instanceof LatchError) return error
  const isLate = error instanceof DeadlineError || (error instanceof Error && error.cause instanceof DeadlineError)
  const sentence = isLate ? 'Its time is over; this is not the whole.' : 'The other side is gone; this is not the whole.'
  return new LatchError('UNREACHABLE', sentence, { cause: error })
}
