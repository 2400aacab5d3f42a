import type { Command } from 'commander'
import type { ClaimStep } from '../../shared/model/names.ts'
import type { Context } from '../context.ts'
import { CliError, exitCodes } from '../failure.ts'
import { LiveLine } from '../live-line.ts'
import { claimText } from '../names/claim-words.ts'
import { nameOf, type Place } from '../names/find.ts'

/** `latch name claim` and `drop`. */
export function registerClaim(name: Command, context: Context): void {
  name
    .command('claim')
    .description('claim a name, and say how far it has come until it is yours')
    .argument('<name>', 'alice, or alice.peer')
    .action((text: string) => claim(context, text))

  name
    .command('drop')
    .description('give up a claim, as far as this device goes')
    .argument('<name>', 'alice, or alice.peer')
    .action(async (text: string) => {
      const client = await context.client()
      const place = await nameOf(client, text)
      const dropped = await client.names.dropClaim({ name: place.name })
      context.show(dropped, () => `${place.fullName} is not claimed any more; what lies on the ledger stays there.`)
    })
}

async function claim(context: Context, text: string): Promise<void> {
  const { io } = context
  const client = await context.client()
  const place = await nameOf(client, text)
  const line = new LiveLine(io)
  let last: ClaimStep | null = null
  try {
    for await (const step of await client.names.claim({ name: place.name }, { signal: io.interrupted })) {
      last = step
      if (context.json) context.show(step, () => '')
      else line.say(claimText(step, place.fullName), !isOver(step))
    }
  } catch (error) {
    if (!io.interrupted.aborted) throw error
  } finally {
    line.end()
  }
  if (last?.step === 'yours') return
  if (io.interrupted.aborted) throw goesOn(place)
  context.exitWith(exitCodes.refused)
  // Told nothing: another window or command gave it up.
  if (last?.step !== 'refused') throw new CliError(exitCodes.refused, `${place.fullName} is not claimed any more.`, 'CONFLICT')
}

function isOver({ step }: ClaimStep): boolean {
  return step === 'yours' || step === 'refused'
}

function goesOn({ fullName }: Place): CliError {
  return new CliError(
    exitCodes.interrupted,
    `Stopped watching; the claim to ${fullName} goes on. Look with: latch name. Give it up with: latch name drop ${fullName}`,
    'INTERRUPTED',
  )
}
