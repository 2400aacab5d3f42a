import { z } from 'zod'
import { TimeMs } from '../ids.ts'
import { DAY, HOUR } from '../units.ts'

/**
 * While it lasts, knocks wait quietly at the door: no card over other screens, no notification. `untilMs` null: until
 * it is switched off. `contacts`: whether contacts may disturb all the same.
 */
export const DoNotDisturb = z.object({ on: z.boolean(), untilMs: TimeMs.nullable(), contacts: z.boolean() })
export type DoNotDisturb = z.infer<typeof DoNotDisturb>

/** The languages that the window speaks. */
export const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]

/** What a person chose for this account on this device. */
export const Settings = z.object({
  appearance: z.enum(['system', 'light', 'dark']),
  density: z.enum(['comfortable', 'compact']),
  /** Of the window; `system`: the first of the system's that the window speaks. */
  language: z.enum(['system', ...languages]),
  readReceipts: z.boolean(),
  /** Whether others see that something is being typed here. */
  typing: z.boolean(),
  /** Whether Enter sends what was written; if not it begins a line, and Enter with Ctrl or ⌘ sends. */
  enterSends: z.boolean(),
  notifications: z.boolean(),
  /** What a notification says of a message: all, only who, or only that there is one. */
  notificationText: z.enum(['everything', 'who', 'nothing']),
  /** Announce and look for peers on the local network (mDNS). */
  lan: z.boolean(),
  /** Ask the router for a port (UPnP). */
  upnp: z.boolean(),
  /** Answer DNS for names of the network, to programs on this machine. */
  dns: z.boolean(),
  /** On 127.0.0.1; below 1024 the machine asks for more rights than Latch has. */
  dnsPort: z.int().min(1_024).max(65_535),
  /** Show sites to ordinary browsers of this machine. */
  gateway: z.boolean(),
  /** On 127.0.0.1. */
  gatewayPort: z.int().min(1_024).max(65_535),
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
  language: 'system',
  readReceipts: true,
  typing: true,
  enterSends: true,
  notifications: true,
  notificationText: 'everything',
  lan: true,
  upnp: false,
  dns: false,
  dnsPort: 5_350,
  gateway: false,
  gatewayPort: 5_380,
  demo: true,
  doNotDisturb: { on: false, untilMs: null, contacts: true },
  tellKnockers: 'everything',
}

/** Whether it lasts: it ends by itself. */
export function lasts({ on, untilMs }: DoNotDisturb, nowMs: number): boolean {
  return on && (untilMs === null || nowMs < untilMs)
}

/** Whether a knock comes quietly now. */
export function isQuiet(doNotDisturb: DoNotDisturb, isContact: boolean, nowMs: number): boolean {
  return lasts(doNotDisturb, nowMs) && !(doNotDisturb.contacts && isContact)
}

/** How long nobody is to disturb, as it is chosen. */
export const quietSpans = ['hour', 'morning', 'open'] as const
export type QuietSpan = (typeof quietSpans)[number]

const MORNING_HOUR = 7
/** Who is awake at four in the morning and says "until tomorrow morning" does not mean in three hours. */
const SHORTEST_NIGHT_MS = 4 * HOUR

/** When it ends: in an hour, at the next seven in the morning of this machine's clock, or (null) when it is switched off. */
export function quietUntilMs(span: QuietSpan, nowMs: number): number | null {
  if (span === 'open') return null
  if (span === 'hour') return nowMs + HOUR
  const morning = (ms: number): number => new Date(ms).setHours(MORNING_HOUR, 0, 0, 0)
  const today = morning(nowMs)
  // Noon of the next day is on it also where a clock change makes today 23 or 25 hours long.
  return today - nowMs >= SHORTEST_NIGHT_MS ? today : morning(new Date(nowMs).setHours(12, 0, 0, 0) + DAY)
}

/** The setting after somebody chose that at `nowMs`; whether contacts may disturb stays. */
export function quietFor(chosen: QuietSpan | 'off', { contacts }: DoNotDisturb, nowMs: number): DoNotDisturb {
  if (chosen === 'off') return { on: false, untilMs: null, contacts }
  return { on: true, untilMs: quietUntilMs(chosen, nowMs), contacts }
}
