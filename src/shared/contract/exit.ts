import { z } from 'zod'
import { PeerId } from '../ids.ts'
import { Exit, ExitChecked, ExitUse } from '../model/exit.ts'
import { base, watched } from './base.ts'

export const ExitSnapshot = z.object({
  /** Whether a rule of the door lets anybody out through this device. */
  offered: z.boolean(),
  exits: z.array(Exit),
  /** The latest first, at most 500. */
  uses: z.array(ExitUse),
})
export type ExitSnapshot = z.infer<typeof ExitSnapshot>

export const ExitEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('offered-changed'), offered: z.boolean() }),
  z.object({ event: z.literal('exit-changed'), exit: Exit }),
  z.object({ event: z.literal('exit-gone'), peerId: PeerId }),
  /** At most twice a second for each. */
  z.object({ event: z.literal('use-changed'), use: ExitUse }),
  z.object({ event: z.literal('uses-cleared') }),
])
export type ExitEvent = z.infer<typeof ExitEvent>

const tags = ['exit']

export const exit = {
  list: base
    .route({ method: 'GET', path: '/exit', tags, summary: 'Contacts through whose devices you may open the outside web' })
    .output(z.array(Exit)),
  check: base
    .route({ method: 'POST', path: '/exit/{peerId}/check', tags, summary: 'Ask a device of a contact whether it lets you out' })
    .input(z.object({ peerId: PeerId, host: z.string().min(1).max(255).optional() }))
    .output(ExitChecked),
  uses: base
    .route({ method: 'GET', path: '/exit/uses', tags, summary: 'Hosts and bytes: yours through others, and of others through this device' })
    .output(z.array(ExitUse)),
  clear: base.route({ method: 'DELETE', path: '/exit/uses', tags, summary: 'Forget what was counted' }).output(z.object({})),
  watch: base.route({ method: 'GET', path: '/exit/events', tags, summary: 'Exits and what goes through them' }).output(watched(ExitSnapshot, ExitEvent)),
}
