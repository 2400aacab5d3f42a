import type { Command } from 'commander'
import type { Person } from '../../shared/model/contacts.ts'
import type { Rehearsal } from '../../shared/model/door.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import type { RuleWords } from '../door/rule-words.ts'
import { wantedShort } from '../door/texts.ts'
import { wrongArgument } from '../failure.ts'
import { table, time, withLocalTimes } from '../layout.ts'
import { matchId, nameOfAccount, only } from '../resolve.ts'
import { short } from '../short-id.ts'
import { acquaintances, SCOPE_WORDS, VERDICT_WORDS, WHO_WORDS, withRuleOptions } from './door-rules.ts'

type Input = Parameters<Client['door']['rehearse']>[0]

/** `latch door rehearse`: what a rule would have done, before it is added or changed. */
export function registerRehearsal(door: Command, context: Context): void {
  const rehearse = door
    .command('rehearse')
    .description('what a rule would have done to the last 1,000 decisions; nothing is changed')
    .argument('[verdict]', VERDICT_WORDS)
    .argument('[who]', WHO_WORDS)
    .argument('[capability]', SCOPE_WORDS)
    .option('--rule <id>', 'a rule there is: as it stands, or with what else is named here')
  withRuleOptions(rehearse).action(async (...given: [string?, string?, string?, (RuleWords & { rule?: string })?]) => {
    const [verdict, who, capability, { rule, ...options } = {}] = given
    const words = { ...options, verdict, who, capability }
    const isWhole = verdict !== undefined && who !== undefined && capability !== undefined
    if (rule === undefined && !isWhole)
      throw wrongArgument('Say the rule, such as "latch door rehearse allow contact file", or --rule <id>.')
    const { check } = await import('../door/rule-words.ts')
    check(words, context.io.nowMs())
    const client = await context.client()
    const input = await inputOf(client, rule, words, context.io.nowMs())
    const [rehearsal, people] = await Promise.all([client.door.rehearse(input), client.contacts.list()])
    context.show(rehearsal, () => describe(rehearsal, people, context.io.nowMs()))
  })
}

async function inputOf(client: Client, rule: string | undefined, words: RuleWords, nowMs: number): Promise<Input> {
  const { change, usual } = await import('../door/rule-words.ts')
  const known = await acquaintances(client)
  if (rule === undefined) return change(usual, words, known, nowMs)
  const old = only(matchId(known.rules, rule), rule, 'rule', ({ id }) => short(id))
  return { ...change(old, words, known, nowMs), replaces: old.id }
}

function describe(rehearsal: Rehearsal, people: readonly Person[], nowMs: number): string[] {
  const { looked, unknown, decides, changes, changed } = rehearsal
  if (looked === 0) return ['The door has decided nothing yet that this rule could be tried on.']
  const last = `${number(decides)} of the last ${looked === 1 ? 'decision' : `${number(looked)} decisions`}`
  const differently = `${changed === 0 ? 'none' : number(changed)} would have come out differently`
  const lines = [`It would have decided ${last}; ${differently}.`]
  if (unknown > 0) lines.push(`Of ${number(unknown)} the log does not hold enough to try them again.`)
  if (changes.length > 0)
    lines.push(
      ...table(
        ['NO', 'WHEN', 'WHO', 'FOR', 'WAS', 'WOULD BE', 'WHY IT WAS'],
        changes.map(({ decision, would }) => [
          String(decision.seq),
          time(decision.atMs, nowMs),
          nameOfAccount(people, decision.account),
          wantedShort(decision.capability, decision.facts?.about),
          decision.verdict,
          would,
          withLocalTimes(decision.why, nowMs),
        ]),
      ),
    )
  if (changed > changes.length) lines.push(`and ${number(changed - changes.length)} more, older ones`)
  return lines
}

/** `1,000` */
function number(value: number): string {
  return value.toLocaleString('en-US')
}
