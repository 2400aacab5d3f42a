import type { Command } from 'commander'
import type { NameOnLedger } from '../../shared/model/ledger.ts'
import type { Context } from '../context.ts'
import { fields, table, time } from '../layout.ts'
import { describeNameProof } from '../ledger/entry-text.ts'
import { accountOf, labelOf, namedPeople } from '../ledger/find.ts'
import { phaseText } from '../ledger/words.ts'
import { nameOfAccount, type Named } from '../resolve.ts'

/** `latch ledger names` and `name`. */
export function registerNames(ledger: Command, context: Context): void {
  ledger
    .command('names')
    .description('names that you own, or somebody else')
    .argument('[who]', 'a name, an account id or the beginning of one; without it, you')
    .action(async (who: string | undefined) => {
      const client = await context.client()
      const account = who === undefined ? undefined : await accountOf(client, who)
      const [names, people] = await Promise.all([
        client.ledger.names(account === undefined ? {} : { account }),
        namedPeople(client),
      ])
      context.show(names, () => {
        if (names.length > 0) return listed(names, people, context.io.nowMs())
        return account === undefined
          ? 'You own no name. Claim one: latch name claim <name>'
          : `${nameOfAccount(people, account)} owns no name.`
      })
    })

  ledger
    .command('name')
    .description('whose a name is')
    .argument('<name>', 'alice, or alice.peer')
    .option('--proof', 'whose it is, or that nobody has it, below a certified header')
    .action(async (text: string, { proof }: { proof?: boolean }) => {
      const client = await context.client()
      const name = await labelOf(client, text)
      if (proof === true) {
        const proven = await client.ledger.proveName({ name })
        return context.show(proven, () => describeNameProof(proven))
      }
      const found = await client.ledger.name({ name })
      const people = context.json || found === null ? [] : await namedPeople(client)
      context.show(found, () =>
        found === null ? `Nobody has ${name}.` : described(found, people, context.io.nowMs()),
      )
    })
}

function listed(names: readonly NameOnLedger[], people: readonly Named[], nowMs: number): string[] {
  return table(
    ['NAME', 'STATE', 'SINCE', 'UNTIL', 'OFFERED TO'],
    names.map((name) => [
      name.name,
      phaseText(name, nowMs),
      time(name.sinceMs, nowMs),
      time(name.expiresMs, nowMs),
      name.offeredTo === null ? '-' : nameOfAccount(people, name.offeredTo),
    ]),
  )
}

function described(name: NameOnLedger, people: readonly Named[], nowMs: number): string[] {
  return fields([
    ['Name', name.name],
    ['Owner', `${nameOfAccount(people, name.owner)} (${name.owner})`],
    ['State', phaseText(name, nowMs)],
    ['Since', time(name.sinceMs, nowMs)],
    ['Registered', time(name.registeredMs, nowMs)],
    ['Until', time(name.expiresMs, nowMs)],
    ...(name.offeredTo === null ? [] : [['Offered to', nameOfAccount(people, name.offeredTo)] as const]),
  ])
}
