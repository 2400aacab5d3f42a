import { z } from 'zod'
import { Address, PeerId, TimeMs } from '../ids.ts'

export const NodeStatus = z.object({
  version: z.string(),
  phase: z.enum(['no-account', 'locked', 'starting', 'running', 'stopping']),
  host: z.enum(['desktop', 'headless']),
  dataFolder: z.string(),
  startedMs: TimeMs,
  peerId: PeerId.nullable(),
  listening: z.array(Address),
  connections: z.int().nonnegative(),
  rssBytes: z.int().nonnegative(),
  /** 99th percentile of the event loop's delay over the last minute. */
  loopDelayP99Ms: z.number().nonnegative(),
  noise: z.enum(['native', 'library']),
  /** One sentence each: what is not as it should be, and what to do. */
  warnings: z.array(z.string()),
})
export type NodeStatus = z.infer<typeof NodeStatus>
