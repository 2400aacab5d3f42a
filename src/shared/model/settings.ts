import { z } from 'zod'

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
}
