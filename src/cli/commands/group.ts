import type { Conversation } from '../../shared/model/chat.ts'
import type { Person } from '../../shared/model/contacts.ts'
import type { Group } from '../../shared/model/groups.ts'
import { onlyGroup, titleOf } from '../chat/find.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { wrongArgument } from '../failure.ts'
import { readBytes } from '../files.ts'
import { fields, plural, table, time } from '../layout.ts'
import { oneLine } from '../plain.ts'
import type { Register } from '../program.ts'
import { nameOfAccount, onlyPerson } from '../resolve.ts'
import { short } from '../short-id.ts'
import { confirm } from './chat-choices.ts'

const GROUP = ['<group>', 'its name, or the beginning of its id'] as const
const histories = ['all', 'from-joining'] as const
const roles = ['owner', 'moderator', 'member'] as const
const adders = ['moderators', 'members'] as const
/** As the contract says. */
const MAX_PICTURE_BYTES = 12 * 1_024

interface Settings {
  readonly title?: string
  readonly picture?: string
  readonly history?: string
  readonly whoAdds?: string
}

export const register: Register = (program, context) => {
  const group = program
    .command('group')
    .description('groups: create, add, remove, leave, role, set, show, join, decline')
    .action(() => list(context))
  const historyOption = ['--history <what>', 'what late joiners see: all, or from-joining'] as const

  group
    .command('list')
    .description('the groups that you are in, or are invited to')
    .action(() => list(context))

  group
    .command('create')
    .description('make a group and invite people to it')
    .argument('<title>')
    .argument('[who...]')
    .option(...historyOption, 'from-joining')
    .option('--picture <file>', 'a small WebP, PNG or JPEG, at most 12 KiB')
    .action(async (title: string, who: string[], options: Settings) => {
      const client = await context.client()
      const history = oneOf('--history', options.history, histories)
      const members = await accountsOf(client, who)
      const made = await client.groups.create({ title, members, ...(history === undefined ? {} : { history }), picture: await pictureOf(context, options) ?? null })
      context.show(made, () => `Made ${titleOf(made, [])}${members.length === 0 ? '' : ` and invited ${plural(members.length, 'person', 'people')}`}.`)
    })

  group
    .command('show')
    .description('who is in it, and how it is set')
    .argument(...GROUP)
    .action(async (text: string) => {
      const client = await context.client()
      const [found, people] = [await onlyGroup(client, text), await client.contacts.list()]
      context.show(found.group, () => (found.group === null ? [] : describe(found.group, people, context.io.nowMs())))
    })

  for (const [act, join] of [['join', true], ['decline', false]] as const) {
    group
      .command(act)
      .description(join ? 'join a group that you were invited to' : 'do not join it')
      .argument(...GROUP)
      .action(async (text: string) => {
        const client = await context.client()
        const { id } = await onlyGroup(client, text)
        const answered = await client.groups.answer({ group: id, join })
        context.show(answered, () => (join ? `You are in #${oneLine(answered.title)}.` : 'Declined.'))
      })
  }

  group
    .command('add')
    .description('invite people; also those who left or were removed')
    .argument(...GROUP)
    .argument('<who...>')
    .action(async (text: string, who: string[]) => {
      const client = await context.client()
      const { id } = await onlyGroup(client, text)
      const accounts = await accountsOf(client, who)
      const changed = await client.groups.add({ group: id, accounts })
      context.show(changed, () => `Invited ${plural(accounts.length, 'person', 'people')} to #${oneLine(changed.title)}.`)
    })

  group
    .command('remove')
    .description('remove somebody')
    .argument(...GROUP)
    .argument('<who>')
    .option('--messages-too', 'and take back what they wrote')
    .action(async (text: string, who: string, { messagesToo }: { messagesToo?: boolean }) => {
      const client = await context.client()
      const found = await onlyGroup(client, text)
      const account = await memberOf(client, found, who)
      const changed = await client.groups.remove({ group: found.id, account, messagesToo: messagesToo === true })
      context.show(changed, () => `Removed${messagesToo === true ? ', with what they wrote' : ''}.`)
    })

  group
    .command('leave')
    .description('leave a group; its messages stay here')
    .argument(...GROUP)
    .option('--yes', 'without being asked')
    .action(async (text: string, { yes }: { yes?: boolean }) => {
      const client = await context.client()
      const found = await onlyGroup(client, text)
      if (yes !== true) await confirm(context, `You leave ${titleOf(found, [])}; only somebody in it can bring you back.`)
      const left = await client.groups.leave({ group: found.id })
      context.show(left, () => `You left #${oneLine(left.title)}.`)
    })

  group
    .command('role')
    .description('make somebody moderator, member, or owner in your place')
    .argument(...GROUP)
    .argument('<who>')
    .argument('<role>', roles.join(', '))
    .action(async (text: string, who: string, given: string) => {
      const role = oneOf('The role', given, roles) ?? 'member'
      const client = await context.client()
      const found = await onlyGroup(client, text)
      const changed = await client.groups.setRole({ group: found.id, account: await memberOf(client, found, who), role })
      context.show(changed, () => `Done: ${role}.`)
    })

  group
    .command('set')
    .description('its name, picture, what late joiners see, who adds members')
    .argument(...GROUP)
    .option('--title <title>')
    .option('--picture <file>', 'a small WebP, PNG or JPEG, at most 12 KiB; none takes it away')
    .option(...historyOption)
    .option('--who-adds <who>', 'moderators or members')
    .action(async (text: string, options: Settings) => {
      const [history, whoAdds] = [oneOf('--history', options.history, histories), oneOf('--who-adds', options.whoAdds, adders)]
      const picture = await pictureOf(context, options)
      const { title } = options
      if ([title, picture, history, whoAdds].every((one) => one === undefined)) throw wrongArgument('Say what to set: --title, --picture, --history or --who-adds.')
      const client = await context.client()
      const { id } = await onlyGroup(client, text)
      const changed = await client.groups.set({ group: id, title, picture, history, whoAdds })
      context.show(changed, () => `Set: #${oneLine(changed.title)}.`)
    })
}

async function list(context: Context): Promise<void> {
  const client = await context.client()
  const groups = (await client.chat.conversations()).flatMap(({ group, unread }) => (group === null ? [] : [{ group, unread }]))
  context.show(groups.map(({ group }) => group), () => {
    if (groups.length === 0) return 'No groups. Make one with: latch group create <title> <who…>'
    return table(
      ['GROUP', 'ID', 'MEMBERS', 'YOU ARE', 'UNREAD'],
      groups.map(({ group, unread }) => [
        `#${group.title}`,
        short(group.id),
        String(group.members.filter(({ state }) => state === 'joined').length),
        group.state === 'joined' ? group.role : group.state,
        String(unread),
      ]),
    )
  })
}

function describe(group: Group, people: readonly Person[], nowMs: number): string[] {
  return [
    ...fields([
      ['Group', `#${oneLine(group.title)}`],
      ['Id', group.id],
      ['Late joiners see', group.history === 'all' ? 'everything' : 'what is written from then on'],
      ['Who adds', group.whoAdds],
      ['You are', group.state === 'joined' ? group.role : group.state],
      ['Made', `${time(group.createdMs, nowMs)} by ${nameOfAccount(people, group.by)}`],
    ]),
    '',
    ...table(
      ['WHO', 'ROLE', 'STATE', 'SINCE', 'BY'],
      group.members.map(({ account, role, state, sinceMs, by }) => [nameOfAccount(people, account), role, state, time(sinceMs, nowMs), nameOfAccount(people, by)]),
    ),
  ]
}

async function accountsOf(client: Client, who: readonly string[]) {
  const people = await client.contacts.list()
  return who.map((text) => onlyPerson(people, text).account)
}

/** A member by what they are called, or by their account, whether they are known here or not. */
async function memberOf(client: Client, { group }: Conversation, who: string) {
  const member = group?.members.find(({ account }) => account === who)
  return member?.account ?? onlyPerson(await client.contacts.list(), who).account
}

async function pictureOf({ io }: Context, { picture }: Settings): Promise<string | null | undefined> {
  if (picture === undefined) return undefined
  return picture === 'none' ? null : Buffer.from(await readBytes(io, picture, MAX_PICTURE_BYTES)).toString('base64')
}

function oneOf<Word extends string>(what: string, text: string | undefined, words: readonly Word[]): Word | undefined {
  const word = words.find((one) => one === text)
  if (text !== undefined && word === undefined) throw wrongArgument(`${what} is one of ${words.join(', ')}.`)
  return word
}
