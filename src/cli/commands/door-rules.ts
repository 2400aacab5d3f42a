import type { Command } from 'commander'
import type { Person } from '../../shared/model/contacts.ts'
import type { Finding, Rule } from '../../shared/model/door.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import type { Acquaintances, RuleWords } from '../door/rule-words.ts'
import { matchText, ruleText, untilText, whoText } from '../door/texts.ts'
import { wrongArgument } from '../failure.ts'
import { plural, table, time } from '../layout.ts'
import { matchId, only } from '../resolve.ts'
import { short } from '../short-id.ts'
import { registerRulesFile } from './door-rules-file.ts'

/** `latch door rules`, `findings`, `rule add|edit|remove|enable|disable`. */
export function registerRules(door: Command, context: Context): void {
  const rules = door
    .command('rules')
    .description('what the door does by itself')
    .option('--search <text>', 'only rules in whose row this stands')
    .action(async ({ search }: { search?: string }) => {
      const client = await context.client()
      const [all, findings, people] = await Promise.all([
        client.door.rules(),
        client.door.findings(),
        client.contacts.list(),
      ])
      const found = all
        .map((rule) => ({ rule, row: rowOf(rule, findings, people, context.io.nowMs()) }))
        .filter(({ rule, row }) => isIn(search, [rule.id, ...row]))
      context.show(
        found.map(({ rule }) => rule),
        () => describe(found, findings, search),
      )
    })
  registerRulesFile(rules, context)

  door
    .command('findings')
    .description('rules that do nothing, and why')
    .action(() => showFindings(context))

  const rule = door.command('rule').description('add, edit, remove or switch a rule')
  registerAdd(rule, context)
  registerEdit(rule, context)

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

export const WHO_WORDS = 'contact, lan, relayed, unknown, anyone; tag:<tag>; name:<alice.peer>; a name or account'
export const SCOPE_WORDS =
  'contact, file, visit, relay, hold-mail, lookup, load, exit, app:<name>, or anything (which opens all of these but exit)'
export const VERDICT_WORDS = 'allow, allow-and-tell, ask, deny or ignore'

/** The options by which a rule is said, beside its three words. */
export function withRuleOptions(command: Command): Command {
  return command
    .option('--name <name>', 'of a file, letter by letter')
    .option('--max-size <size>', 'up to this size: 16MiB, 500kB')
    .option('--min-size <size>', 'from this size on')
    .option('--path <path>', 'this path, and what lies under it')
    .option('--per-hour <n>', 'let in so often within an hour; then other rules speak')
    .option('--until <when>', 'forever, quit (until this node stops), once, 30m, 7d, or a date "2026-12-01 18:00"')
    .option('--priority <n>', 'from -100 to 100; higher comes first')
    .option('--note <text>', 'why, for yourself')
}

function registerAdd(rule: Command, context: Context): void {
  const add = rule
    .command('add')
    .description('add a rule; latch door rehearse says first what it would have done')
    .argument('<verdict>', VERDICT_WORDS)
    .argument('<who>', WHO_WORDS)
    .argument('<capability>', SCOPE_WORDS)
  withRuleOptions(add).action(async (verdict: string, who: string, capability: string, options: RuleWords) => {
    const { change, check, usual } = await import('../door/rule-words.ts')
    check({ ...options, verdict, capability }, context.io.nowMs())
    const client = await context.client()
    const known = await acquaintances(client)
    const draft = change(usual, { ...options, verdict, who, capability }, known, context.io.nowMs())
    const added = await client.door.addRule(draft)
    context.show(added, () => `Added ${ruleText(added, known.people)}.`)
  })
}

function registerEdit(rule: Command, context: Context): void {
  const edit = rule
    .command('edit')
    .description('change what is named of a rule; the rest stays, its counts too')
    .argument('<id>', 'its id or the beginning of it')
    .option('--verdict <verdict>', VERDICT_WORDS)
    .option('--who <who>', WHO_WORDS)
    .option('--for <capability>', SCOPE_WORDS)
  withRuleOptions(edit).action(async (id: string, { for: capability, ...options }: RuleWords & { for?: string }) => {
    if (capability === undefined && Object.keys(options).length === 0)
      throw wrongArgument('Say what to change, such as --max-size 16MiB or --until 7d; any takes a bound away.')
    const { change, check } = await import('../door/rule-words.ts')
    check({ ...options, capability }, context.io.nowMs())
    const client = await context.client()
    const [old, known] = await Promise.all([ruleOf(client, id), acquaintances(client)])
    const draft = change(old, { ...options, capability }, known, context.io.nowMs())
    const edited = await client.door.editRule({ ...draft, id: old.id })
    context.show(edited, () => `Changed: ${ruleText(edited, known.people)}.`)
  })
}

/** Whom the words of a rule may name. */
export async function acquaintances(client: Client): Promise<Acquaintances & { readonly rules: readonly Rule[] }> {
  const [people, pending, recent, rules] = await Promise.all([
    client.contacts.list(),
    client.door.pending(),
    client.door.recent(),
    client.door.rules(),
  ])
  return { people, knocks: [...pending, ...recent], rules }
}

async function ruleOf(client: Client, id: string): Promise<Rule> {
  return only(matchId(await client.door.rules(), id), id, 'rule', (rule) => short(rule.id))
}

async function showFindings(context: Context): Promise<void> {
  const client = await context.client()
  const [findings, rules, people] = await Promise.all([
    client.door.findings(),
    client.door.rules(),
    client.contacts.list(),
  ])
  context.show(findings, () => {
    if (findings.length === 0) return 'Every rule does something.'
    const text = (id: Rule['id'] | null): string => {
      const rule = rules.find((one) => one.id === id)
      return id === null ? '-' : rule === undefined ? short(id) : ruleText(rule, people)
    }
    return table(
      ['RULE', 'FINDING', 'BY', 'WHY'],
      findings.map(({ rule, kind, by, why }) => [text(rule), kind, text(by), why]),
    )
  })
}

const HEADINGS = 'ID ON VERDICT WHO FOR IF UNTIL PRIORITY FROM HITS LAST FINDING NOTE'.split(' ')

interface Row {
  readonly rule: Rule
  readonly row: string[]
}

function describe(rows: readonly Row[], findings: readonly Finding[], search: string | undefined): string | string[] {
  if (rows.length === 0 && search !== undefined) return `No rule holds "${search}".`
  if (rows.length === 0) return 'No rules: whoever knocks is asked about.'
  const noticed = new Set(findings.map(({ rule }) => rule)).size
  return [
    ...table(
      HEADINGS,
      rows.map(({ row }) => row),
    ),
    ...(noticed === 0
      ? []
      : [`${plural(noticed, 'rule does', 'rules do')} nothing as it stands: latch door findings says why.`]),
  ]
}

function rowOf(rule: Rule, findings: readonly Finding[], people: readonly Person[], nowMs: number): string[] {
  const kinds = findings.filter((finding) => finding.rule === rule.id).map(({ kind }) => kind)
  return [
    short(rule.id),
    rule.suspended !== null ? 'suspended' : rule.enabled ? 'on' : 'off',
    rule.verdict,
    whoText(rule.who, people),
    rule.capability,
    matchText(rule.match),
    untilText(rule.until, nowMs),
    String(rule.priority),
    rule.origin,
    String(rule.hits),
    rule.lastHitMs === null ? 'never' : time(rule.lastHitMs, nowMs),
    [...new Set(kinds)].join(', ') || '-',
    rule.note,
  ]
}

/** Case does not matter. */
function isIn(search: string | undefined, texts: readonly string[]): boolean {
  const fold = (text: string): string => text.normalize('NFKC').toLocaleLowerCase('en')
  return search === undefined || fold(texts.join('\n')).includes(fold(search))
}
