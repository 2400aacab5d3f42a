import { MINUTE } from '../../../shared/units.ts'

/** People met who are neither contacts nor verified: the last seen. Every stranger who says hello becomes one. */
export const MAX_STRANGERS = 500

/** How exact "last seen" is: one write a minute for each account, however often it appears. */
export const SEEN_EVERY_MS = MINUTE

/** Groups of one contact: family, work and a dozen clubs. Each is compared with rules at every decision. */
export const MAX_GROUPS = 16

/** Devices remembered of one account; its list holds no more. */
export const MAX_DEVICES = 32
