import { DAY, HOUR, MiB, MINUTE, SECOND } from '../../../shared/units.ts'

// Of a zone

/** How long a zone may say that it holds: no longer than its owner may be away, and no shorter than a long holiday. */
export const MAX_ZONE_LASTS_MS = 31 * DAY
/** How long it holds where its owner says nothing else: it is signed anew long before, whenever the owner is there. */
export const ZONE_LASTS_MS = 14 * DAY
/** How long an answer is kept where its owner says nothing else: a move is seen by everybody within five minutes. */
export const ZONE_TTL_MS = 5 * MINUTE
/** How far a zone's issue may lie ahead of this device's clock: clocks that nobody sets are a minute off, seldom more. */
export const MAX_AHEAD_MS = 5 * MINUTE

// Zones held for others

/** What a network of 50 devices with 50,000 names gives to each, at 20 holders of a name. */
export const MAX_HELD = 20_000
/** On the disk; 1,600 bytes for each of them. */
export const MAX_HELD_BYTES = 32 * MiB
/** Zones that are looked through for those that have expired or are nobody's any more. */
export const PRUNE_EVERY_MS = 1 * HOUR
/** Who holds a zone passes it on so often, as holders come and go. */
export const REPROVIDE_EVERY_MS = 1 * HOUR

// Streams to others

/** As many as there are connections. The one that was used longest ago, and is idle, goes first. */
export const MAX_LINES = 300
/** Whoever refused a stream, or answered nonsense, is not asked again before. */
export const REFUSED_PAUSE_MS = 30 * SECOND
/** Whoever could not be reached: shorter, as another address of theirs may be heard of. */
export const UNREACHABLE_PAUSE_MS = 5 * SECOND
