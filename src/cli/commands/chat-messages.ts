import type { Command } from 'commander'
import { messageIn } from '../chat/find.ts'
import type { Context } from '../context.ts'
import { wrongArgument } from '../failure.ts'
import { plural } from '../layout.ts'
import { conversationWith } from './chat-conversation.ts'

const NAME = ['<name>', 'whose conversation'] as const
const MESSAGE = ['<message>', 'its id, the beginning of it (latch chat read --ids), or last'] as const

/** What is done to one message: `latch chat edit`, `delete`, `react`, `pin`, `forward`. */
export function registerActs(chat: Command, context: Context): void {
  const found = async (name: string, message: string, mine = false) => {
    const client = await context.client()
    const talk = await conversationWith(client, name)
    return { client, ...talk, message: await messageIn(client, talk.conversation, message, mine) }
  }

  chat
    .command('edit')
    .description('change the words of a message of yours, everywhere')
    .argument(...NAME)
    .argument(...MESSAGE)
    .argument('<text>', 'the new words; - reads standard input')
    .action(async (name: string, which: string, given: string) => {
      const text = given === '-' ? (await context.io.readInput()).replace(/\r?\n$/, '') : given
      if (text === '') throw wrongArgument('There are no words. To take it back: latch chat delete')
      const { client, message } = await found(name, which, true)
      const edited = await client.chat.edit({ id: message.id, text, mentions: message.mentions })
      context.show(edited, () => 'Changed; it says so everywhere as soon as it can.')
    })

  chat
    .command('delete')
    .description('take a message of yours back everywhere, or remove one for yourself')
    .argument(...NAME)
    .argument(...MESSAGE)
    .option('--for-me', 'only on your devices; any message, not only yours')
    .action(async (name: string, which: string, { forMe }: { forMe?: boolean }) => {
      const { client, message, conversation } = await found(name, which, forMe !== true && which === 'last')
      const isForMe = forMe === true || conversation.kind === 'self'
      const gone = await client.chat.remove({ id: message.id, for: isForMe ? 'me' : 'everyone' })
      context.show(gone, () => (isForMe ? 'Removed from your devices.' : 'Taken back. Whoever has read it has read it.'))
    })

  chat
    .command('react')
    .description('react to a message with an emoji, or take that back')
    .argument(...NAME)
    .argument(...MESSAGE)
    .argument('<emoji>')
    .option('--off', 'take it back')
    .action(async (name: string, which: string, emoji: string, { off }: { off?: boolean }) => {
      const { client, message } = await found(name, which)
      const changed = await client.chat.react({ id: message.id, emoji, on: off !== true })
      context.show(changed, () => (off === true ? 'Taken back.' : `${emoji} given.`))
    })

  chat
    .command('pin')
    .description('pin a message for everybody in the conversation')
    .argument(...NAME)
    .argument(...MESSAGE)
    .option('--off', 'not any more')
    .action(async (name: string, which: string, { off }: { off?: boolean }) => {
      const { client, message } = await found(name, which)
      const changed = await client.chat.pinMessage({ id: message.id, pinned: off !== true })
      context.show(changed, () => (off === true ? 'Not pinned any more.' : 'Pinned for everybody in the conversation.'))
    })

  chat
    .command('forward')
    .description('send a message on to others')
    .argument(...NAME)
    .argument(...MESSAGE)
    .argument('<to...>', 'to whom')
    .action(async (name: string, which: string, to: string[]) => {
      const { client, message } = await found(name, which)
      const targets = []
      for (const one of to) targets.push((await conversationWith(client, one)).conversation.id)
      const sent = await client.chat.forward({ id: message.id, to: targets })
      context.show(sent, () => `Sent on to ${plural(sent.length, 'conversation')}.`)
    })
}
