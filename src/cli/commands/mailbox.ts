import type { Mailbox } from '../../shared/model/mailbox.ts'
import type { Person } from '../../shared/model/contacts.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { CliError, exitCodes } from '../failure.ts'
import { bytes, plural, table, time } from '../layout.ts'
import { oneLine } from '../plain.ts'
import type { Register } from '../program.ts'
import { firstSettled, matchPerson, nameOfAccount, only, onlyPerson } from '../resolve.ts'
import { beginsWith, short } from '../short-id.ts'

export const register: Register = (program, context) => {
  const mailbox = program
    .command('mailbox')
    .description('who holds mail for you while you are away, and for whom you hold it')
    .action(async () => {
      const client = await context.client()
      await show(context, client, await client.mailbox.status())
    })

  mailbox
    .command('ask')
    .description('ask a contact or an introducer to hold your mail')
    .argument('<who>', 'a person, or the peer id of an introducer')
    .action(async (text: string) => {
      const client = await context.client()
      await show(context, client, await client.mailbox.ask({ to: await holderToBe(client, text) }))
    })

  mailbox
    .command('leave')
    .description('do not use a holder any more')
    .argument('<holder>', 'a person, or the beginning of a peer id')
    .action(async (text: string) => {
      const client = await context.client()
      const [people, { holders }] = [await client.contacts.list(), await client.mailbox.status()]
      const match = matchPerson(people, text)
      const account = match.found === 'one' ? match.item.account : null
      const found = firstSettled([
        () => holders.filter((holder) => account !== null && holder.account === account),
        () => holders.filter(({ peerId }) => peerId === text || beginsWith(peerId, text)),
      ])
      const { peerId } = only(found, text, 'holder', (holder) => short(holder.peerId))
      await show(context, client, await client.mailbox.leave({ peerId }))
    })

  mailbox
    .command('collect')
    .description('fetch what is held, now')
    .action(async () => {
      const collected = await (await context.client()).mailbox.collect()
      context.show(collected, () => (collected.letters === 0 ? 'Nothing was held.' : `Fetched ${plural(collected.letters, 'letter')}.`))
    })

  mailbox
    .command('drop')
    .description('throw away what this device holds for somebody')
    .argument('<who>')
    .action(async (text: string) => {
      const client = await context.client()
      const { account } = onlyPerson(await client.contacts.list(), text)
      await show(context, client, await client.mailbox.drop({ account }))
    })
}

async function holderToBe(client: Client, text: string) {
  const people = await client.contacts.list()
  const person = matchPerson(people, text)
  if (person.found === 'one') return person.item.account
  const ids = await import('../../shared/ids.ts')
  const peerId = ids.PeerId.safeParse(text)
  if (peerId.success) return peerId.data
  const introducers = (await client.reach.connectivity()).introducers.filter((one) => one.peerId === text || beginsWith(one.peerId, text))
  const [found] = introducers
  if (found !== undefined && introducers.length === 1) return found.peerId
  if (person.found === 'many') return onlyPerson(people, text).account
  throw new CliError(exitCodes.failed, `"${oneLine(text)}" is nobody known, and no introducer.`, 'NOT_FOUND')
}

async function show(context: Context, client: Client, mailbox: Mailbox): Promise<void> {
  const people = context.json ? [] : await client.contacts.list()
  context.show(mailbox, () => describe(mailbox, people, context.io.nowMs()))
}

function describe({ holders, held }: Mailbox, people: readonly Person[], nowMs: number): string[] {
  const ours =
    holders.length === 0
      ? ['Nobody holds mail for you. Ask somebody: latch mailbox ask <who>']
      : table(
          ['HOLDER', 'STATE', 'USED', 'OF', 'CHECKED'],
          holders.map(({ peerId, account, state, usedBytes, quotaBytes, checkedMs, why }) => [
            account === null ? `introducer ${short(peerId)}` : `${nameOfAccount(people, account)} (${short(peerId)})`,
            `${state}${why === null ? '' : `: ${why}`}`,
            bytes(usedBytes),
            bytes(quotaBytes),
            checkedMs === null ? '-' : time(checkedMs, nowMs),
          ]),
        )
  const theirs =
    held.length === 0
      ? ['You hold mail for nobody.']
      : table(
          ['HELD FOR', 'LETTERS', 'SIZE', 'SINCE'],
          held.map(({ account, letters, bytes: size, oldestMs }) => [
            nameOfAccount(people, account),
            String(letters),
            bytes(size),
            oldestMs === null ? '-' : time(oldestMs, nowMs),
          ]),
        )
  return [...ours, '', ...theirs]
}
