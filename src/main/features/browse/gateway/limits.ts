import { KiB, MINUTE, SECOND } from '../../../../shared/units.ts'

/*
 * What programs of this machine can make the gateway hold. It needs no token: whoever runs on this machine may ask, as may
 * anybody for a public site, and a page of one name nothing of another.
 */

/** Browsers keep six for each name: forty names at once, well below the files that a process may have open. */
export const MAX_CONNECTIONS = 256
/** WebSockets of all names; the sites' own bound is eight for each. */
export const MAX_SOCKETS = 64
/** As sites take them; a browser with many cookies stays below. */
export const MAX_HEADER_BYTES = 16 * KiB
export const MAX_HEADERS = 100
/** On loopback a header arrives in one piece; who needs longer does so on purpose. */
export const HEADERS_MS = 10 * SECOND
/** How often connections are looked at for that. */
export const SWEEP_MS = 5 * SECOND
/** Between two requests. Longer than a person reads would keep places that others need. */
export const IDLE_MS = 30 * SECOND
/** A body that is being sent stands still: its sender is gone. As in /latch/site. */
export const BODY_STALL_MS = 1 * MINUTE
/** What is under way when it is switched off is cut after this. */
export const GRACE_MS = SECOND / 4
/** How often it is told that there were further requests. */
export const TELL_EVERY_MS = SECOND / 2
/** When a browser that was told that the ledger is behind, or a device busy, may look again by itself. */
export const AGAIN_AFTER_MS = 5 * SECOND
