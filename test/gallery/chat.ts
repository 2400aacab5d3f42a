import type { MessageId } from '../../src/shared/ids.ts'
import type { Message } from '../../src/shared/model/chat.ts'
import { createBackup } from './backup.ts'
import { createDevices } from './devices.ts'
import { createFiles } from './files.ts'
import { createGroups } from './groups.ts'
import { conversationOf, messageIdOf } from './ids.ts'
import { createMailbox } from './mailbox.ts'
import { pinOf, plainConversation, plainMessage } from './people.ts'
import { createSearch } from './search.ts'
import type { implementWith, World } from './world.ts'

/** What people say to each other, and what belongs to it, as the scene has it. */
export function createChat(os: ReturnType<typeof implementWith>, world: World) {
  const { scene } = world
  const stored = () => scene
  let made = 0
  const refuse = (error: Error): never => {
    throw error
  }
  const found = (id: MessageId): Message | null => scene.messages.find((message) => message.id === id) ?? null
  const change = (id: MessageId, changes: Partial<Message>): Message | null => {
    const message = found(id)
    return message === null ? null : world.putMessage({ ...message, ...changes })
  }

  return {
    chat: {
      conversations: os.chat.conversations.handler(() => stored().conversations),
      open: os.chat.open.handler(({ input }) => {
        const known = stored().conversations.find((conversation) => conversation.with === input.with)
        const pin = input.name === undefined ? (known?.pin ?? null) : pinOf(input.name)
        const waits = { waiting: 0, waitingFor: 'nobody' as const, waitingWhy: null, left: null }
        const empty = { unread: 0, last: null, createdMs: Date.now(), ...waits }
        return world.putConversation({ ...plainConversation, id: conversationOf(input.with), with: input.with, ...empty, ...known, pin })
      }),
      decide: os.chat.decide.handler(({ input, errors }) => {
        const conversation = stored().conversations.find(({ id }) => id === input.conversation)
        if (conversation === undefined) throw errors.NOT_FOUND()
        const { moved, fullName } = conversation.pin ?? pinOf('')
        if (moved === null) throw errors.CONFLICT()
        const free = { ...conversation, waitingFor: 'nobody' as const, waitingWhy: null, pin: null }
        if (input.choice === 'keep') return world.putConversation(free)
        world.putConversation({ ...free, left: { fullName, to: moved.to, atMs: Date.now() } })
        const next = { id: conversationOf(moved.to), with: moved.to, unread: 0, last: null, waiting: 0 }
        return world.putConversation({ ...free, ...next, pin: pinOf(fullName) })
      }),
      messages: os.chat.messages.handler(({ input: { conversation, before, after, around, fromMs, limit } }) => {
        const all = stored().messages.filter((message) => message.conversation === conversation)
        const sorted = all.toSorted((a, b) => (a.order < b.order ? -1 : 1))
        const middle = sorted.findIndex(({ id }) => id === around)
        const from = middle < 0 ? 0 : Math.max(0, middle - Math.floor(limit / 2))
        const since = sorted.filter(({ sentMs }) => fromMs === undefined || sentMs >= fromMs)
        const behind = since.filter(({ order }) => (before === undefined || order < before) && (after === undefined || order > after))
        const messages = around !== undefined ? sorted.slice(from, from + limit) : after === undefined && fromMs === undefined ? behind.slice(-limit) : behind.slice(0, limit)
        const at = (message: Message | undefined): number => (message === undefined ? 0 : sorted.indexOf(message))
        return { messages, more: at(messages[0]) > 0, later: at(messages.at(-1)) < sorted.length - 1 }
      }),
      message: os.chat.message.handler(({ input, errors }) => found(input.id) ?? refuse(errors.NOT_FOUND())),
      send: os.chat.send.handler(({ input, errors }) => {
        const conversation = stored().conversations.find(({ id }) => id === input.conversation)
        if (conversation === undefined || scene.identity.state !== 'ready') throw errors.NOT_FOUND()
        made += 1
        const nowMs = Date.now()
        const position = stored().messages.filter((m) => m.conversation === conversation.id).length + 1
        const message = world.putMessage({
          id: messageIdOf(`made ${made}`),
          conversation: conversation.id,
          position,
          ...plainMessage(position, messageIdOf(`made ${made}`), scene.identity.me.peerId),
          reply: quoteOf(input.reply === undefined ? null : found(input.reply)),
          mentions: input.mentions,
          from: scene.identity.me.account,
          mine: true,
          text: input.text,
          sentMs: nowMs,
          storedMs: nowMs,
          state: 'queued',
        })
        world.putConversation({ ...conversation, last: message, waiting: conversation.waiting + 1 })
        return message
      }),
      edit: os.chat.edit.handler(({ input, errors }) => change(input.id, { text: input.text, editedMs: Date.now() }) ?? refuse(errors.NOT_FOUND())),
      remove: os.chat.remove.handler(({ input }) => {
        const message = found(input.id)
        if (message === null) return { id: input.id }
        if (input.for === 'everyone') change(input.id, { kind: 'deleted', text: '', files: [], reactions: [], deletedBy: message.from })
        else {
          scene.messages = scene.messages.filter(({ id }) => id !== input.id)
          world.chat.tell({ event: 'messages-removed', conversation: message.conversation, ids: [input.id] })
        }
        return { id: input.id }
      }),
      react: os.chat.react.handler(({ input: { id, emoji, on }, errors }) => {
        const message = found(id)
        if (message === null || scene.identity.state !== 'ready') throw errors.NOT_FOUND()
        const { account } = scene.identity.me
        const others = message.reactions.map((one) => (one.emoji === emoji ? { emoji, by: one.by.filter((by) => by !== account) } : one))
        const known = others.some((one) => one.emoji === emoji) ? others : [...others, { emoji, by: [] }]
        const given = known.map((one) => (one.emoji === emoji && on ? { emoji, by: [...one.by, account] } : one))
        return change(id, { reactions: given.filter(({ by }) => by.length > 0) }) ?? refuse(errors.NOT_FOUND())
      }),
      pinMessage: os.chat.pinMessage.handler(({ input, errors }) => {
        const message = change(input.id, { pinned: input.pinned }) ?? refuse(errors.NOT_FOUND())
        const conversation = stored().conversations.find(({ id }) => id === message.conversation)
        if (conversation !== undefined) {
          const others = conversation.pinned.filter((id) => id !== message.id)
          world.putConversation({ ...conversation, pinned: input.pinned ? [message.id, ...others] : others })
        }
        return message
      }),
      forward: os.chat.forward.handler(({ input, errors }) => {
        const message = found(input.id) ?? refuse(errors.NOT_FOUND())
        return input.to.map((conversation) => {
          made += 1
          const id = messageIdOf(`made ${made}`)
          const nowMs = Date.now()
          return world.putMessage({ ...message, id, conversation, forwarded: true, mine: true, reply: null, sentMs: nowMs, storedMs: nowMs })
        })
      }),
      choose: os.chat.choose.handler(({ input: { conversation: id, ...chosen }, errors }) => {
        const conversation = stored().conversations.find((one) => one.id === id) ?? refuse(errors.NOT_FOUND())
        const named = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== undefined))
        return world.putConversation({ ...conversation, choices: { ...conversation.choices, ...named } })
      }),
      disappear: os.chat.disappear.handler(({ input, errors }) => {
        const conversation = stored().conversations.find(({ id }) => id === input.conversation) ?? refuse(errors.NOT_FOUND())
        return world.putConversation({ ...conversation, disappearAfterMs: input.afterMs })
      }),
      clear: os.chat.clear.handler(({ input, errors }) => {
        const conversation = stored().conversations.find(({ id }) => id === input.conversation) ?? refuse(errors.NOT_FOUND())
        const ids = scene.messages.filter((message) => message.conversation === conversation.id).map(({ id }) => id)
        scene.messages = scene.messages.filter(({ id }) => !ids.includes(id))
        world.chat.tell({ event: 'messages-removed', conversation: conversation.id, ids })
        return world.putConversation({ ...conversation, last: null, unread: 0 })
      }),
      removeFrom: os.chat.removeFrom.handler(() => ({ removed: 0 })),
      typing: os.chat.typing.handler(({ input }) => input),
      export: os.chat.export.handler(({ input }) => ({ path: input.path, messages: 9, bytes: 12_000 })),
      markRead: os.chat.markRead.handler(({ input, errors }) => {
        const conversation = stored().conversations.find(({ id }) => id === input.conversation)
        if (conversation === undefined) throw errors.NOT_FOUND()
        return conversation.unread === 0 ? conversation : world.putConversation({ ...conversation, unread: 0 })
      }),
      trace: os.chat.trace.handler(({ input, errors }) => {
        const message = stored().messages.find(({ id }) => id === input.id)
        if (message === undefined) throw errors.NOT_FOUND()
        return { message, steps: scene.trace }
      }),
      watch: os.chat.watch.handler(({ signal }) => world.chat.watch(() => stored().conversations, signal)),
    },
    groups: createGroups(os, world),
    files: createFiles(os, world),
    search: createSearch(os, world),
    mailbox: createMailbox(os, world),
    devices: createDevices(os, world),
    backup: createBackup(os, world),
  }
}

function quoteOf(message: Message | null): Message['reply'] {
  return message === null ? null : { id: message.id, from: message.from, text: message.text, kind: 'text' }
}
