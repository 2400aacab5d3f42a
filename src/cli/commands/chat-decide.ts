import type { Command } from 'commander'
import type { Conversation } from '../../shared/model/chat.ts'
import type { Client } from '../client.ts'
import type { Context } from '../context.ts'
import { CliError, exitCodes, wrongArgument } from '../failure.ts'
import { fields, time } from '../layout.ts'
import { oneLine } from '../plain.ts'
import { nameOfAccount, type Named } from '../resolve.ts'
import { conversationWith } from './chat-conversation.ts'

/** `latch chat decide`: whom is meant after the name of a conversation moved to another account. */
export function registerDecide(chat: Command, context: Context): void {
  chat
    .command('decide')
    .description('after the name of a conversation moved: whom you mean; without a word, both are shown')
    .argument('<name>', 'alice.peer')
    .argument('[choice]', 'keep: the account that you know; follow: the one that has the name now')
    .action(async (name: string, choice: string | undefined) => {
      if (choice !== undefined && choice !== 'keep' && choice !== 'follow') throw wrongArgument('Say keep or follow.')
      const client = await context.client()
      const { conversation, people } = await conversationWith(client, name)
      if (conversation.pin?.moved === null || conversation.pin === null)
        throw new CliError(exitCodes.failed, `${oneLine(name)} has not moved: there is nothing to decide.`, 'CONFLICT')
      if (choice !== undefined) return decide(context, client, conversation, choice)
      context.show(conversation, () => describeMoved(conversation, people, context.io.nowMs()))
    })
}

async function decide(context: Context, client: Client, { id, pin }: Conversation, choice: 'keep' | 'follow'): Promise<void> {
  const decided = await client.chat.decide({ conversation: id, choice })
  const fullName = oneLine(pin?.fullName ?? '')
  context.show(decided, () =>
    choice === 'keep'
      ? `You go on with the account that you know; ${fullName} counts no more for it.`
      : `You go on with ${decided.with}, which has ${fullName} now.`,
  )
}

/** Both keys, one above the other, each with the words to compare. */
export function describeMoved({ with: before, pin }: Pick<Conversation, 'with' | 'pin'>, people: readonly Named[], nowMs: number): string[] {
  if (pin === null || pin.moved === null) return []
  const { to, wordsBefore, wordsNow, noticedMs } = pin.moved
  const fullName = oneLine(pin.fullName)
  return [
    `${fullName} belongs to another account since ${time(noticedMs, nowMs)} or before. Nothing is sent until you say whom you mean.`,
    '',
    ...fields([
      ['Known before', `${nameOfAccount(people, before)} (${before})`],
      ['Words', wordsBefore.join(' ') || 'none'],
      ['Has it now', `${nameOfAccount(people, to)} (${to})`],
      ['Words', wordsNow.join(' ') || 'none'],
    ]),
    '',
    `latch chat decide ${fullName} keep    goes on with the account that you know`,
    `latch chat decide ${fullName} follow  goes on with the one that has the name now`,
  ]
}
