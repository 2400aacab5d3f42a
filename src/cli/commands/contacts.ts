import type { Person } from '../../shared/model/contacts.ts'
import type { Context } from '../context.ts'
import { wrongArgument } from '../failure.ts'
import { fields, table, time } from '../layout.ts'
import { oneLine } from '../plain.ts'
import type { Register } from '../program.ts'
import { nameOf, onlyPerson } from '../resolve.ts'
import { short } from '../short-id.ts'

/** As many as the node takes. */
const MOST_GROUPS = 16

export const register: Register = (program, context) => {
  const contacts = program
    .command('contacts')
    .description('the people you know')
    .option('--all', 'everybody this device has met, strangers too')
    .action(async ({ all }: { all?: boolean }) => {
      const people = await (await context.client()).contacts.list()
      const list = all === true ? people : people.filter(({ petname }) => petname !== null)
      context.show(list, () => {
        if (list.length === 0) return 'No contacts yet. Knock at somebody: latch knock <who>'
        return table(
          ['NAME', 'TRUST', 'TAGS', 'ACCOUNT', 'LAST SEEN'],
          list.map((person) => [
            nameOf(person),
            person.blocked ? 'blocked' : person.trust,
            person.groups.join(', ') || '-',
            short(person.account),
            person.lastSeenMs === null ? 'never' : time(person.lastSeenMs, context.io.nowMs()),
          ]),
        )
      })
    })

  contacts
    .command('show')
    .description('one person, with the safety words to compare')
    .argument('<who>', 'a name, an account id or the beginning of one')
    .action(async (who: string) => {
      const person = onlyPerson(await (await context.client()).contacts.list(), who)
      context.show(person, () => describe(person, context))
    })

  contacts
    .command('rename')
    .description('name somebody; makes them a contact')
    .argument('<who>')
    .argument('<name>', 'what you call them')
    .action(async (who: string, petname: string) => {
      const client = await context.client()
      const { account } = onlyPerson(await client.contacts.list(), who)
      const person = await client.contacts.rename({ account, petname })
      context.show(person, () => describe(person, context))
    })

  contacts
    .command('verify')
    .description('say that you compared the safety words')
    .argument('<who>')
    .option('--undo', 'take it back')
    .action(async (who: string, { undo }: { undo?: boolean }) => {
      const client = await context.client()
      const { account } = onlyPerson(await client.contacts.list(), who)
      const person = await client.contacts.verify({ account, verified: undo !== true })
      context.show(person, () => describe(person, context))
    })

  contacts
    .command('tag')
    .description('give somebody tags, for rules of the door; without any, show them')
    .argument('<who>')
    .argument('[tags...]', 'all of them; a rule of the door can name one as tag:<tag>')
    .option('--none', 'no tag any more')
    .action(async (who: string, names: readonly string[], { none }: { none?: boolean }) => {
      const groups = none === true ? [] : groupsOf(names)
      if (none === true && names.length > 0) throw wrongArgument('--none goes without names.')
      const client = await context.client()
      const person = onlyPerson(await client.contacts.list(), who)
      const isAsked = none !== true && groups.length === 0
      const now = isAsked ? person : await client.contacts.setGroups({ account: person.account, groups })
      context.show(now, () =>
        now.groups.length === 0
          ? `${nameOf(now)} has no tags.`
          : `${nameOf(now)} is tagged ${now.groups.map((group) => `"${oneLine(group)}"`).join(', ')}.`,
      )
    })

  contacts
    .command('forget')
    .description('remove a contact; messages stay')
    .argument('<who>')
    .action(async (who: string) => {
      const client = await context.client()
      const person = onlyPerson(await client.contacts.list(), who)
      const done = await client.contacts.forget({ account: person.account })
      context.show(done, () => `Forgot ${nameOf(person)}. Messages stay.`)
    })
}

/** As they were typed, each once. The node says what a tag may be. */
function groupsOf(names: readonly string[]): string[] {
  const groups = [...new Set(names.map((name) => name.trim()))]
  if (groups.some((group) => group === '' || group.length > 32))
    throw wrongArgument('A tag has 1 to 32 characters.')
  if (groups.length > MOST_GROUPS) throw wrongArgument(`Somebody can have ${MOST_GROUPS} tags at most.`)
  return groups
}

function describe(person: Person, { io }: Context): string[] {
  return fields([
    ['Name', person.petname ?? `not named by you; they say "${oneLine(person.claimedName)}"`],
    ['They say', `"${oneLine(person.claimedName)}"`],
    ['Account', person.account],
    ...(person.names.length === 0 ? [] : [['On the ledger', person.names.join('\n')] as const]),
    ['Trust', person.blocked ? `${person.trust}, blocked` : person.trust],
    ['Tags', person.groups.join('\n') || 'none'],
    ['Safety words', person.safetyWords.join(' ') || 'none'],
    ['Devices', person.devices.join('\n') || 'none known'],
    ['Last seen', person.lastSeenMs === null ? 'never' : time(person.lastSeenMs, io.nowMs())],
  ])
}
