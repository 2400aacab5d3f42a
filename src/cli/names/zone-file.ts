import { z } from 'zod'
import { wrongArgument } from '../failure.ts'
import { oneLine } from '../plain.ts'

/** 256 records of 1 KiB, written with room to read. */
export const MAX_FILE_BYTES = 512 * 1024

/** What is read of a zone; the node says of each record what is wrong with it. */
const ZoneFile = z.object({
  name: z.string().optional(),
  records: z.array(z.unknown()).max(256, 'A zone has at most 128 records.'),
  ttlMs: z.int('ttlMs is a whole number of milliseconds.').positive('ttlMs is a number of milliseconds above 0.').optional(),
  seq: z.int('seq is a whole number.').nonnegative('seq is not below 0.').optional(),
})

export interface ZoneEdit {
  readonly records: unknown[]
  readonly ttlMs?: number
  /** The number of the zone that was edited. */
  readonly after?: number
}

/**
 * A zone as `latch name zone --json` prints it, changed; or its records alone. `seq` is the zone that was edited: where a
 * later one is there by now, nothing is changed. Errors: CliError.
 */
export function editIn(text: string, path: string, name: string): ZoneEdit {
  const value = parse(text, path)
  const parsed = ZoneFile.safeParse(Array.isArray(value) ? { records: value } : value)
  if (!parsed.success) {
    const said = parsed.error.issues[0]?.message ?? ''
    throw wrongArgument(`${path} is no zone: ${said.endsWith('.') ? said : 'it has no list of records.'}`)
  }
  const { records, ttlMs, seq } = parsed.data
  if (parsed.data.name !== undefined && parsed.data.name !== name)
    throw wrongArgument(`${path} is the zone of ${oneLine(parsed.data.name)}, not of ${name}; leave out its name and seq to use it here.`)
  return { records, ...(ttlMs === undefined ? {} : { ttlMs }), ...(seq === undefined ? {} : { after: seq }) }
}

function parse(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw wrongArgument(`${path} is not JSON.`)
  }
}
