import type { Command } from 'commander'
import type { Conversation, ConversationChoices } from '../../shared/model/chat.ts'
import { endOf } from '../door/answer-words.ts'
import { durationOf } from '../measures.ts'
import type { Context } from '../context.ts'
import { CliError, exitCodes, wrongArgument } from '../failure.ts'
import { duration, time } from '../layout.ts'
import { conversationWith } from './chat-conversation.ts'

/** What is chosen for one conversation, the same on all devices: `latch chat archive`, `mute`, `disappear`, `draft`, `clear`. */
export function registerChoices(chat: Command, context: Context): void {
  const choose = async (name: string, choices: Partial<ConversationChoices>, text: (changed: Conversation) => string): Promise<void> => {
    const client = await context.client()
    const { conversation } = await conversationWith(client, name)
    const changed = await client.chat.choose({ conversation: conversation.id, ...choices })
    context.show(changed, () => text(changed))
  }

  chat
    .command('archive')
    .description('put a conversation away; it is still there, and searched')
    .argument('<name>')
    .option('--off', 'bring it back')
    .action((name: string, { off }: { off?: boolean }) =>
      choose(name, { archived: off !== true }, () => (off === true ? 'Back in the list.' : 'Put away.')),
    )

  chat
    .command('mute')
    .description('no notifications of a conversation but of what names you')
    .argument('<name>')
    .option('--for <time>', 'for 30m, 8h, 7d; without it, until you say otherwise')
    .option('--until <date>', 'until then: "2026-12-01 18:00", 18:00, or ISO 8601')
    .option('--off', 'tell of it again')
    .action((name: string, options: { for?: string; until?: string; off?: boolean }) => {
      const isTimed = options.for !== undefined || options.until !== undefined
      if (options.for !== undefined && options.until !== undefined) throw wrongArgument('Say one of --for and --until.')
      if (options.off === true && isTimed) throw wrongArgument('--off goes with no time.')
      const nowMs = context.io.nowMs()
      const untilMs = isTimed ? endOf(options, nowMs) : null
      const muted = options.off === true ? null : { untilMs }
      return choose(name, { muted }, () =>
        muted === null ? 'You are told of it again.' : untilMs === null ? 'Muted until you say otherwise.' : `Muted until ${time(untilMs, nowMs)}.`,
      )
    })

  chat
    .command('draft')
    .description('what you began to write and have not sent')
    .argument('<name>')
    .argument('[text]', 'keep this; - reads standard input; without it, the draft is shown')
    .option('--off', 'throw it away')
    .action(async (name: string, given: string | undefined, { off }: { off?: boolean }) => {
      if (off === true) return choose(name, { draft: '' }, () => 'Thrown away.')
      if (given !== undefined) {
        const draft = given === '-' ? (await context.io.readInput()).replace(/\r?\n$/, '') : given
        return choose(name, { draft }, () => 'Kept.')
      }
      const { conversation } = await conversationWith(await context.client(), name)
      const { draft } = conversation.choices
      context.show({ draft }, () => (draft === '' ? 'There is no draft.' : draft))
    })

  chat
    .command('disappear')
    .description('how long messages of a conversation stay, for everybody in it')
    .argument('<name>')
    .argument('[time]', '30s, 5m, 1h, 7d, or off; without it, how it is')
    .action(async (name: string, text: string | undefined) => {
      const client = await context.client()
      const { conversation } = await conversationWith(client, name)
      const afterMs = text === undefined || text === 'off' ? null : durationOf(text)
      if (text !== undefined && text !== 'off' && afterMs === null) throw wrongArgument('That takes a time such as 30s, 5m, 1h or 7d, or off.')
      const shown = text === undefined ? conversation : await client.chat.disappear({ conversation: conversation.id, afterMs })
      const { disappearAfterMs } = shown
      context.show(shown, () => (disappearAfterMs === null ? 'Messages stay.' : `Messages disappear ${duration(disappearAfterMs)} after they were sent.`))
    })

  chat
    .command('clear')
    .description('remove all messages of a conversation from your devices; others keep theirs')
    .argument('<name>')
    .option('--yes', 'without being asked')
    .action(async (name: string, { yes }: { yes?: boolean }) => {
      const client = await context.client()
      const { conversation, name: shown } = await conversationWith(client, name)
      if (yes !== true) await confirm(context, `All messages with ${shown} are removed from your devices, for good.`)
      const cleared = await client.chat.clear({ conversation: conversation.id })
      context.show(cleared, () => `Removed all messages with ${shown} from your devices.`)
    })
}

/** Where nobody can be asked, it has to be said beforehand. Errors: CliError. */
export async function confirm({ io }: Context, sentence: string): Promise<void> {
  if (!io.canAsk) throw wrongArgument(`${sentence} If you mean it, say --yes.`)
  const answer = await io.ask(`${sentence} Type "yes" to go on: `)
  if (answer.trim().toLowerCase() !== 'yes') throw new CliError(exitCodes.refused, 'Nothing was done.', 'CONFLICT')
}
