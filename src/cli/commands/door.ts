import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { describeKnock } from '../door/knock-text.ts'
import { knownTo, nobodyKnown } from '../door/known.ts'
import { COLUMN_LETTERS, wanted, wantedShort } from '../door/texts.ts'
import { shortened, table, time } from '../layout.ts'
import { oneLine } from '../plain.ts'
import type { Register } from '../program.ts'
import { matchId, nameOfAccount, only } from '../resolve.ts'
import { short } from '../short-id.ts'
import { registerAnswers } from './door-answers.ts'
import { registerFollow } from './door-follow.ts'
import { registerDoorLog } from './door-log.ts'
import { registerRehearsal } from './door-rehearse.ts'
import { registerRules } from './door-rules.ts'
import { registerSuggestions } from './door-suggestions.ts'
import { sentence } from './knock.ts'

export const register: Register = (program, context) => {
  const door = program
    .command('door')
    .description('who is at your door, and what your door does by itself')
    .action(() => showPending(context))

  door
    .command('pending')
    .description('who is at your door (as without a word)')
    .action(() => showPending(context))

  registerAnswers(door, context)
  registerVisits(door, context)
  registerFollow(door, context)
  registerRules(door, context)
  registerRehearsal(door, context)
  registerSuggestions(door, context)
  registerDoorLog(door, context)
}

async function showPending(context: Context): Promise<void> {
  const client = await context.client()
  const pending = await client.door.pending()
  const known = context.json || pending.length === 0 ? nobodyKnown : await knownTo(client, pending)
  context.show(pending, () =>
    pending.length === 0
      ? 'Nobody is at the door.'
      : pending.flatMap((knock, at) => [
          ...(at === 0 ? [] : ['']),
          ...describeKnock(knock, known, context.io.nowMs()),
        ]),
  )
}

/** What was: knocks of others that are over, and knocks of ours. */
function registerVisits(door: Command, context: Context): void {
  door
    .command('recent')
    .description('missed and answered knocks, newest first')
    .action(async () => {
      const client = await context.client()
      const [knocks, people] = await Promise.all([client.door.recent(), client.contacts.list()])
      context.show(knocks, () => {
        if (knocks.length === 0) return 'Nobody has knocked in the last days.'
        return table(
          ['WHEN', 'WHO', 'FOR', 'OUTCOME', 'SAYS', 'ID'],
          knocks.map((knock) => [
            time(knock.receivedMs, context.io.nowMs()),
            nameOfAccount(people, knock.account),
            wantedShort(knock.capability, knock.about),
            knock.state,
            knock.greeting === '' ? '-' : `"${shortened(oneLine(knock.greeting), COLUMN_LETTERS)}"`,
            short(knock.id),
          ]),
        )
      })
    })

  door
    .command('sent')
    .description('knocks of yours at other doors')
    .action(async () => {
      const client = await context.client()
      const [sent, people] = await Promise.all([client.door.sent(), client.contacts.list()])
      const now = context.io.nowMs()
      context.show(sent, () => {
        if (sent.length === 0) return 'You have not knocked anywhere.'
        return sent.map((knock) => {
          const name = knock.account === null ? short(knock.peerId) : nameOfAccount(people, knock.account)
          const what = wanted(knock.capability, knock.about)
          return oneLine(`${short(knock.id)}  ${time(knock.sentMs, now)}  ${what}  ${sentence(knock, name, now)}`)
        })
      })
    })

  door
    .command('cancel')
    .description('stop waiting for an answer to a knock of yours')
    .argument('<id>')
    .action(async (id: string) => {
      const client = await context.client()
      const knock = only(matchId(await client.door.sent(), id), id, 'knock of yours', (one) => short(one.id))
      const cancelled = await client.door.cancel({ id: knock.id })
      context.show(cancelled, () => 'Cancelled.')
    })
}
