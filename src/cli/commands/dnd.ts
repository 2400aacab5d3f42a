import type { DoNotDisturb } from '../../shared/model/settings.ts'
import { endOf } from '../door/answer-words.ts'
import { quietText } from '../door/quiet-text.ts'
import { wrongArgument } from '../failure.ts'
import type { Register } from '../program.ts'

interface DndOptions {
  readonly for?: string
  readonly until?: string
  readonly strangersOnly?: boolean
}

export const register: Register = (program, context) => {
  program
    .command('dnd')
    .description('do not disturb: knocks wait quietly at the door, and nowhere else')
    .argument('[state]', 'on or off; without it, how it is')
    .option('--for <time>', 'for 30m, 1h, 7d')
    .option('--until <date>', 'until then: "2026-12-01 18:00", 18:00, or ISO 8601')
    .option('--strangers-only', 'contacts may disturb all the same')
    .action(async (state: string | undefined, options: DndOptions) => {
      const change = changeOf(state, options, context.io.nowMs())
      const client = await context.client()
      const settings = await client.settings.get()
      // Whom it is for is remembered while it is off.
      const chosen = change === null ? null : { ...settings.doNotDisturb, ...change }
      const { doNotDisturb } = chosen === null ? settings : await client.settings.set({ doNotDisturb: chosen })
      context.show(doNotDisturb, () => `Do not disturb is ${quietText(doNotDisturb, context.io.nowMs())}.`)
    })
}

/** Null where nothing is to be changed. A length, or whom it is for, switches it on. */
function changeOf(
  state: string | undefined,
  options: DndOptions,
  nowMs: number,
): Partial<DoNotDisturb> | null {
  const isMore = options.for !== undefined || options.until !== undefined || options.strangersOnly !== undefined
  if (state !== undefined && state !== 'on' && state !== 'off')
    throw wrongArgument(`Do not disturb is on or off, not "${state}".`)
  if (options.for !== undefined && options.until !== undefined) throw wrongArgument('Say one of --for and --until.')
  if (state === 'off' && isMore) throw wrongArgument('--for, --until and --strangers-only go with on.')
  if (state === 'off') return { on: false, untilMs: null }
  if (state === undefined && !isMore) return null
  const ends = options.for !== undefined || options.until !== undefined
  const untilMs = ends ? endOf(options, nowMs) : null
  return { on: true, untilMs, contacts: options.strangersOnly === true }
}
