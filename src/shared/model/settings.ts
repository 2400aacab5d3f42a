import { z } from 'zod'
import { TimeMs } from '../ids.ts'

/**
 * While it lasts, knocks wait quietly at the door: no card over other screens, no notification. `untilMs` null: until
 * it is switched off. `contacts`: whether contacts may disturb all the same.
 */
export const DoNotDisturb = z.object({ on: z.boolean(), untilMs: TimeMs.nullable(), contacts: z.boolean() })
export type DoNotDisturb = z.infer<typeof DoNotDisturb>

/** What a person chose for this account on this device. */
export const Settings = z.object({
  appearance: z.enum(['system', 'light', 'dark']),
  density: z.enum(['comfortable', 'compact']),
  readReceipts: z.boolean(),
  notifications: z.boolean(),
  /** Announce and look for peers on the local network (mDNS). */
  lan: z.boolean(),
  /** Ask the router for a port (UPnP). */
  upnp: z.boolean(),
  /** Run the built-in demonstration peer. */
  demo: z.boolean(),
  doNotDisturb: DoNotDisturb,
  /**
   * What whoever knocks is told. `everything`: that a person is asked, the seconds left, the verdict. `yes`: only a yes;
   * everything else looks as if nobody had answered.
   */
  tellKnockers: z.enum(['everything', 'yes']),
})
export type Settings = z.infer<typeof Settings>

/** Before anybody chose. UPnP changes somebody's router, so it waits to be asked for. */
export const defaultSettings: Settings = {
  appearance: 'system',
  density: 'comfortable',
  readReceipts: true,
  notifications: true,
  lan: true,
  upnp: false,
  demo: true,
  doNotDisturb: { on: false, untilMs: null, contacts: true },
  tellKnockers: 'everything',
}

/** Whether a knock comes quietly now. */
export function isQuiet({ on, untilMs, contacts }: DoNotDisturb, isContact: boolean, nowMs: number): boolean {
  return on && (untilMs === null || nowMs < untilMs) && !(contacts && isContact)
}
