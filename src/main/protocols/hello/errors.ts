import type { RefusalStatus } from './messages.ts'

/** What came is no hello that can be judged: the status to answer with, and what it costs the peer. */
export class HelloError extends Error {
  override readonly name = 'HelloError'
  readonly status: RefusalStatus
  readonly points: number

  constructor(status: RefusalStatus, message: string, points: number, options?: ErrorOptions) {
    super(message, options)
    this.status = status
    this.points = points
  }
}
