import type { Submitted } from '../../shared/model/blocks.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { CliError, exitCodes, wrongArgument } from '../failure.ts'
import { plural } from '../layout.ts'
import { LiveLine } from '../live-line.ts'
import { oneLine } from '../plain.ts'
import { short } from '../short-id.ts'
import { inBlock } from './submit-wait.ts'

export interface WaitOptions {
  readonly wait?: boolean
  readonly timeout?: string
}

/** The options of whatever is submitted. */
export const waitOptions = {
  wait: ['--wait', 'until it is in a block, saying what it waits for'],
  timeout: ['--timeout <seconds>', 'with --wait: not longer than this'],
} as const

/** In ms; null where there is no end. Errors: CliError. */
export function timeoutOf({ wait, timeout }: WaitOptions): number | null {
  if (timeout === undefined) return null
  const seconds = Number(timeout)
  if (wait !== true || !Number.isFinite(seconds) || seconds <= 0)
    throw wrongArgument('--timeout takes a number of seconds, and goes with --wait.')
  return seconds * 1_000
}

/** Submits, says what came of it, and with `wait` follows it into a block. Exit code 4: refused, gone, or not in time. */
export async function submitWith(
  context: Context,
  client: Client,
  submit: (signal: AbortSignal) => Promise<Submitted>,
  { wait, timeoutMs }: { readonly wait: boolean; readonly timeoutMs: number | null },
): Promise<void> {
  const { io } = context
  const stop = new AbortController()
  const signal = AbortSignal.any([stop.signal, io.interrupted])
  const line = new LiveLine(io)
  if (io.isTerminal && !context.json) line.say('Signing it, and doing the work that it costs…', true)
  try {
    // Watched from before it is submitted, so that nothing can be missed.
    const events = wait ? await client.ledger.watch(undefined, { signal }) : null
    const first = events === null ? null : await events.next()
    const submitted = await submit(io.interrupted)
    if (submitted.outcome === 'refused') {
      context.exitWith(exitCodes.refused)
      return context.show(submitted, () => said(line, `Refused: ${oneLine(submitted.why).replace(/\.$/, '')} (${submitted.code})`))
    }
    const isAlone = submitted.peers === 0 && (await client.ledger.head()).quorum.lamp === 'alone'
    context.show(submitted, () => said(line, takenText(submitted, isAlone)))
    if (events === null || first?.done !== false || first.value.kind !== 'snapshot') return
    const timer = timeoutMs === null ? null : io.sleep(timeoutMs, signal).then(() => stop.abort())
    const { status } = first.value.snapshot
    const entry = await inBlock(context, events, status, submitted, signal)
    const isOver = signal.aborted
    stop.abort()
    await timer
    if (entry.place.at === 'gone') return context.exitWith(exitCodes.refused)
    if (entry.place.at === 'block') return
    if (io.interrupted.aborted) throw stillThere(entry.id)
    if (!isOver) throw context.gone()
    context.exitWith(exitCodes.refused)
    if (!context.json) io.out(`Not in a block in time; it stays submitted. Look with: latch ledger entry ${short(entry.id)}\n`)
  } catch (error) {
    if (io.interrupted.aborted && !(error instanceof CliError))
      throw new CliError(exitCodes.interrupted, 'Stopped before it was submitted.', 'INTERRUPTED')
    throw error
  } finally {
    line.end()
    stop.abort()
  }
}

/** What takes the place of the line that was open. */
function said(line: LiveLine, text: string): string[] {
  line.say(text, false)
  return []
}

function takenText({ entry, peers }: Extract<Submitted, { outcome: 'taken' }>, isAlone: boolean): string {
  const taken = `Submitted as ${short(entry.id)} (${entry.kind}).`
  if (isAlone) return taken
  return `${taken} ${peers === 0 ? 'Nobody of this network is connected now.' : `Sent to ${plural(peers, 'peer')}.`}`
}

function stillThere(id: string): CliError {
  return new CliError(
    exitCodes.interrupted,
    `Stopped waiting; the entry stays submitted. Look with: latch ledger entry ${short(id)}`,
    'INTERRUPTED',
  )
}
