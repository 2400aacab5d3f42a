import { DAY, HOUR, MiB, MINUTE, SECOND } from '../../../shared/units.ts'
import type { IntroductionLimits } from './types.ts'

/**
 * What an introducer gives unless its configuration says otherwise. A small rented machine carries this: 10,000
 * registrations of at most 4 KiB are 40 MiB at worst and some 10 MiB as they are, and 256 circuits of strangers that use
 * all of theirs at once are 3.4 MiB/s.
 */
export const DEFAULT_LIMITS: IntroductionLimits = {
  // A town of devices; beyond it, another introducer.
  registrations: 10_000,
  // Devices behind one carrier's address.
  registrationsPerAddress: 64,
  // A university, and a fortieth of the whole: nobody fills it from one network.
  registrationsPerSubnet: 256,
  // Whoever looks for a room dials a handful of those in it, not a hundred.
  registrationsPerTopic: 32,
  // A device that went away without a word is told of for half an hour at most.
  registrationTtlMs: 30 * MINUTE,
  // Each is one connection that stays open, of the 300 that libp2p holds.
  reservations: 256,
  // An office behind one address.
  reservationsPerAddress: 32,
  // A quarter of the places, so that no network takes them from the rest.
  reservationsPerSubnet: 64,
  // Renewed in time by whoever is still there.
  reservationTtlMs: 1 * HOUR,
  // A long conversation with pictures in it; the next circuit takes over before the cut.
  known: { durationMs: 30 * MINUTE, dataBytes: 64 * MiB },
  // Enough to say hello, to knock, to be let in, to write, and to find a direct way.
  strangers: { durationMs: 5 * MINUTE, dataBytes: 4 * MiB },
}

/** A link is passed on and lies about for a while; addresses change less often than that. */
export const RECORD_LASTS_MS = 30 * DAY

/** How often registrations whose time is over are looked for: to look at 10,000 takes less than a millisecond. */
export const SWEEP_EVERY_MS = 10 * SECOND

/** A device asks again when its addresses changed, and not in a loop. */
export const PROBE_EVERY_MS = 20 * SECOND

/** Devices probed at once: 64 sockets, with four ports each. */
export const MAX_PROBES_AT_ONCE = 16

/** Devices remembered for having been probed in the last 20 s; beyond it nobody is probed. 50 a second, and 100 kB. */
export const MAX_PROBED = 1_000

/** One dial back: longer than a handshake over a bad line, and short enough to be told of within the exchange. */
export const PROBE_TIMEOUT_MS = 5 * SECOND

/** How often a drain looks whether everybody has gone. */
export const DRAIN_LOOK_MS = 100

/** What a device loses of its standing, of a hundred, for a registration that no Latch writes. */
export const FALSE_REGISTRATION_POINTS = 20
export const MALFORMED_REGISTRATION_POINTS = 10
/** It may have been sent twice because an answer was lost. */
export const REPLAYED_REGISTRATION_POINTS = 1
