import { z } from 'zod'

/** The longest name of the DNS, with a dot at its end; an IPv6 address has 39 letters. */
export const MAX_HOST_CHARACTERS = 254

const HostText = z.string().min(1).max(MAX_HOST_CHARACTERS)

/**
 * The first frame of who asks: the host and port to be connected to, or only whether anything would be, or that host. A
 * newer Latch may say more.
 */
export const Opening = z.union([
  z.object({ check: z.literal(true), host: HostText.optional() }),
  z.object({ host: HostText, port: z.int().min(1).max(65_535) }),
])
export type Opening = z.infer<typeof Opening>

/** `private-address`, `no-address` and `unreachable` are said only to whom the door let out. */
export const RefusedStatus = z.enum([
  'knock-first',
  'denied',
  'unproven',
  'busy',
  'private-address',
  'no-address',
  'unreachable',
  'port',
  'malformed',
])
export type RefusedStatus = z.infer<typeof RefusedStatus>

/** A status that a newer Latch made up says that nothing was opened. */
export const Answer = z.object({
  status: z
    .string()
    .max(32)
    .transform((status): 'open' | RefusedStatus =>
      status === 'open' ? 'open' : (RefusedStatus.options.find((known) => known === status) ?? 'denied'),
    ),
  /** To a check that names no host: of some hosts it would be another. */
  exceptions: z.boolean().optional(),
})
export type Answer = z.infer<typeof Answer>
