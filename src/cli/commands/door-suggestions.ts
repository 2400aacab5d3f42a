import type { Command } from 'commander'
import type { Person } from '../../shared/model/contacts.ts'
import type { Suggestion } from '../../shared/model/door.ts'
import type { Context } from '../context.ts'
import { addCommand } from '../door/rule-command.ts'
import { whoText } from '../door/texts.ts'
import { plural, time } from '../layout.ts'
import { matchId, only } from '../resolve.ts'
import { quoted } from '../shell.ts'

/** `latch door suggestions`: rules that would have spared questions, each as the command that adds it. */
export function registerSuggestions(door: Command, context: Context): void {
  const suggestions = door
    .command('suggestions')
    .description('rules that your answers suggest; none is made by itself')
    .action(async () => {
      const client = await context.client()
      const [list, people] = await Promise.all([client.door.suggestions(), client.contacts.list()])
      context.show(list, () => {
        if (list.length === 0) return 'Your answers suggest no rule.'
        return list.flatMap((one, at) => [...(at === 0 ? [] : ['']), ...describe(one, people, context.io.nowMs())])
      })
    })

  suggestions
    .command('decline')
    .description('do not suggest this any more')
    .argument('<id>', 'its id or the beginning of it')
    .action(async (id: string) => {
      const client = await context.client()
      const list = await client.door.suggestions()
      const declined = only(matchId(list, id), id, 'suggestion', (one) => one.id)
      const left = await client.door.declineSuggestion({ id: declined.id })
      context.show(left, () => 'Declined: the same answers suggest it no more.')
    })
}

function describe({ id, draft, count, lastMs }: Suggestion, people: readonly Person[], nowMs: number): string[] {
  const verbs = { allow: 'allowed', 'allow-and-tell': 'allowed', ask: 'asked about', deny: 'denied', ignore: 'ignored' }
  const what = `${whoText(draft.who, people)} for ${draft.capability}`
  return [
    `You ${verbs[draft.verdict]} ${what} ${plural(count, 'time')}, last ${time(lastMs, nowMs)}.`,
    `  always  ${addCommand(draft, people)}`,
    `  never   latch door suggestions decline ${quoted(id)}`,
  ]
}
