import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'node:util'
import type { ComponentLogger, Logger } from '@libp2p/interface'
import { pino } from 'pino'
import { RotatingFile } from './rotating-file.ts'
import { maskText, redactFields } from './redact.ts'

/** What happened, for whoever looks later. `fields` say with what, `message` is a fixed sentence without values. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  /** The same log, each line marked with the area it comes from: `door`, `chat`. */
  child(name: string): Log
}

export interface LogOptions {
  /** Where `latch.log` goes, with older ones beside it; null writes no file. */
  readonly folder: string | null
  /** Lines go to standard error as well. */
  readonly stderr?: boolean
  readonly level?: 'debug' | 'info' | 'warn' | 'error'
}

const STDERR = 2

/**
 * Lines of JSON, redacted here and nowhere else, so that no caller can forget: no message text, keys, phrases or
 * tokens, nobody's addresses. Each line is written before the call returns, so that what a crash was about is on the
 * disk. Never throws.
 */
export function createLog(options: LogOptions): Log & { close(): void } {
  const file = options.folder === null ? null : new RotatingFile(join(options.folder, 'latch.log'))
  const sink = {
    write(line: string): void {
      file?.write(line)
      if (options.stderr === true) writeStderr(line)
    },
  }
  const root = pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    sink,
  )
  return { ...wrap(root, ''), close: () => file?.close() }
}

/** Says nothing to nobody. */
export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silentLog }

function wrap(logger: pino.Logger, area: string): Log {
  const at =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (fields: object, message: string): void => {
      if (!logger.isLevelEnabled(level)) return
      try {
        logger[level](redactFields(fields as Record<string, unknown>), maskText(message))
      } catch {
        logger[level](maskText(message))
      }
    }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (name) => {
      const path = area === '' ? name : `${area}/${name}`
      return wrap(logger.child({ area: path }), path)
    },
  }
}

/** A closed or full standard error is no reason to stop. */
function writeStderr(line: string): void {
  try {
    writeSync(STDERR, line)
  } catch {
    // Nobody is left to tell.
  }
}

/**
 * libp2p's own logging, into ours: its errors at debug level, as most are another machine's doing, and nothing else.
 * Shape: libp2p formats like printf, with letters of its own (%p a peer, %a an address, %e an error…).
 */
export function libp2pLogger(log: Log): ComponentLogger {
  const forComponent = (name: string): Logger => {
    const nothing = Object.assign((): void => {}, { enabled: false })
    return Object.assign((): void => {}, {
      enabled: false,
      trace: nothing,
      error: (template: unknown, ...values: unknown[]): void => {
        const text = typeof template === 'string' ? template.replaceAll(/%[peabmtkco]/g, '%s') : '%s'
        const rest = typeof template === 'string' ? values : [template, ...values]
        const error = rest.find((value) => value instanceof Error)
        log.debug({ component: name, error }, format(text, ...rest.map(brief)))
      },
      newScope: (scope: string) => forComponent(`${name}:${scope}`),
    })
  }
  return { forComponent }
}

function brief(value: unknown): unknown {
  if (value instanceof Error) return `${value.name}: ${value.message}`
  return value instanceof Uint8Array ? `[${value.byteLength} bytes]` : value
}
