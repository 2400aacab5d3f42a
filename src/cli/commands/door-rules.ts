import type { Command } from 'commander'
import type { Person } from '../../shared/model/contacts.ts'
import type { Rule } from '../../shared/model/door.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { wrongArgument } from '../failure.ts'
import { duration, table } from '../layout.ts'
import { matchId, nameOfAccount, only, onlyPerson } from '../resolve.ts'
import { short } from '../short-id.ts'

type Draft = Parameters<Client['door']['addRule']>[0]

/** `latch door rules`, `latch door rule add|remove|enable|disable`. */
export function registerRules(door: Command, context: Context): void {
  door
    .command('rules')
    .description('what the door does by itself')
    .action(async () => {
      const client = await context.client()
      const [rules, people] = await Promise.all([client.door.rules(), client.contacts.list()])
      context.show(rules, () => describe(rules, people, context.io.nowMs()))
    })

  const rule = door.command('rule').description('add, remove or switch a rule')

  rule
    .command('add')
    .description('add a rule')
    .argument('<verdict>', 'allow, allow-and-tell, ask, deny or ignore')
    .argument('<who>', 'contact, lan, relayed, unknown, anyone; or a name or account')
    .argument('<capability>', 'contact, file, visit, relay, hold-mail, lookup or app:<name>')
    .option('--until <when>', 'forever, quit (until this node stops), once, or a time: 30m, 12h, 7d', 'forever')
    .option('--priority <n>', 'from -100 to 100; higher comes first', '0')
    .option('--note <text>', 'why, for yourself', '')
    .action(
      async (
        verdict: string,
        who: string,
        capability: string,
        options: { until: string; priority: string; note: string },
      ) => {
        const draft = await draftOf({ verdict, capability, ...options }, context.io.nowMs())
        const client = await context.client()
        const added = await client.door.addRule({ ...draft, who: await whoOf(client, who) })
        context.show(added, () => `Added rule ${short(added.id)}.`)
      },
    )

  rule
    .command('remove')
    .description('remove a rule')
    .argument('<id>', 'its id or the beginning of it')
    .action(async (id: string) => {
      const client = await context.client()
      const removed = await client.door.removeRule({ id: (await ruleOf(client, id)).id })
      context.show(removed, () => 'Removed.')
    })

  for (const [verb, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    rule
      .command(verb)
      .description(enabled ? 'switch a rule on' : 'switch a rule off, and keep it')
      .argument('<id>', 'its id or the beginning of it')
      .action(async (id: string) => {
        const client = await context.client()
        const changed = await client.door.enableRule({ id: (await ruleOf(client, id)).id, enabled })
        context.show(changed, () => (enabled ? 'Switched on.' : 'Switched off.'))
      })
  }
}

interface Words {
  readonly verdict: string
  readonly capability: string
  readonly until: string
  readonly priority: string
  readonly note: string
}

async function draftOf(words: Words, nowMs: number): Promise<Omit<Draft, 'who'>> {
  const { Capability, Rule, Verdict } = await import('../../shared/model/door.ts')
  const verdict = Verdict.safeParse(words.verdict)
  if (!verdict.success) throw wrongArgument(`"${words.verdict}" is no verdict: ${Verdict.options.join(', ')}.`)
  const capability = Capability.safeParse(words.capability)
  if (!capability.success)
    throw wrongArgument(
      `"${words.capability}" is no capability: contact, file, visit, relay, hold-mail, lookup or app:<name>.`,
    )
  const priority = Rule.shape.priority.safeParse(Number(words.priority))
  if (!priority.success) throw wrongArgument('--priority takes a whole number from -100 to 100.')
  return {
    verdict: verdict.data,
    capability: capability.data,
    until: untilOf(words.until, nowMs),
    priority: priority.data,
    note: words.note,
  }
}

async function whoOf(client: Client, text: string): Promise<Rule['who']> {
  switch (text) {
    case 'contact':
    case 'lan':
    case 'relayed':
    case 'unknown':
    case 'anyone':
      return { kind: text }
    default: {
      const { AccountId } = await import('../../shared/ids.ts')
      const account = AccountId.safeParse(text)
      if (account.success) return { kind: 'account', account: account.data }
      return { kind: 'account', account: onlyPerson(await client.contacts.list(), text).account }
    }
  }
}

const unitsMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 }

function untilOf(text: string, nowMs: number): Rule['until'] {
  if (text === 'forever' || text === 'quit' || text === 'once') return { kind: text }
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(text) ?? []
  const unitMs = unitsMs[unit ?? '']
  if (count === undefined || unitMs === undefined)
    throw wrongArgument('--until takes forever, quit, once, or a time such as 30m, 12h or 7d.')
  return { kind: 'time', untilMs: nowMs + Number(count) * unitMs }
}

async function ruleOf(client: Client, id: string): Promise<Rule> {
  return only(matchId(await client.door.rules(), id), id, 'rule', (rule) => short(rule.id))
}

function describe(rules: readonly Rule[], people: readonly Person[], nowMs: number): string | string[] {
  if (rules.length === 0) return 'No rules: whoever knocks is asked about.'
  return table(
    ['ID', 'ON', 'VERDICT', 'WHO', 'FOR', 'UNTIL', 'PRIORITY', 'FROM', 'HITS', 'NOTE'],
    rules.map((rule) => [
      short(rule.id),
      rule.enabled ? 'on' : 'off',
      rule.verdict,
      rule.who.kind === 'account' ? nameOfAccount(people, rule.who.account) : rule.who.kind,
      rule.capability,
      rule.until.kind === 'time' ? `${duration(rule.until.untilMs - nowMs)} left` : rule.until.kind,
      String(rule.priority),
      rule.origin,
      String(rule.hits),
      rule.note,
    ]),
  )
}
