import { constants } from 'node:os'
import { LatchError } from '../../shared/errors.ts'
import type { Log } from '../platform/log.ts'

/** What the shell gets. */
export const exitCodes = { failed: 1, wrongArgument: 2 } as const

/** An error that a library lost on the way ends no connection of others. */
export function survive(log: Log): void {
  process.on('uncaughtException', (error) => log.error({ error }, 'uncaught; the node goes on'))
  process.on('unhandledRejection', (error) => log.error({ error }, 'unhandled rejection; the node goes on'))
  // Whoever started this may have closed their end.
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
}

/** Resolves at the first signal that ends the node cleanly; the second ends it at once. */
export function signalled(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  let isFirst = true
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!isFirst) process.exit(128 + constants.signals[signal])
      isFirst = false
      resolve()
    })
  }
  return promise
}

export function sentence(error: unknown): string {
  if (error instanceof LatchError) return error.message
  return `Latch could not start: ${error instanceof Error ? error.message : String(error)}`
}
