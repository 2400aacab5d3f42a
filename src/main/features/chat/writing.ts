import { LatchError } from '../../../shared/errors.ts'
import type { AccountId, ConversationId, MessageId } from '../../../shared/ids.ts'
import { MAX_TEXT_BYTES, type Message } from '../../../shared/model/chat.ts'
import type { SaidMessage } from '../../protocols/chat/index.ts'
import type { Author, Saying, Written } from './author.ts'
import type { MessageStore, StoredMessage } from './message-store.ts'
import { isFrozen } from './pin.ts'
import type { Pins } from './pins.ts'
import type { ConversationRow, LogStore } from './store.ts'
import type { ChatFiles, Draft } from './types.ts'

interface WritingParts {
  readonly store: LogStore
  readonly messages: MessageStore
  readonly author: Pick<Author, 'write'>
  readonly pins: Pick<Pins, 'look' | 'of' | 'writeAgain'>
  readonly files: ChatFiles
  readonly me: AccountId
  /** Of a group: why this account may not write in it now; null: it may. */
  readonly whyMute: (row: ConversationRow) => string | null
  readonly mayDelete: (row: ConversationRow, author: AccountId) => boolean
  readonly isStopped: () => boolean
}

/** What this person says: checked, then written behind what this device said before. */
export class Writing {
  readonly #parts: WritingParts

  constructor(parts: WritingParts) {
    this.#parts = parts
  }

  async send(conversation: ConversationId, draft: Draft): Promise<Message> {
    const { files, me } = this.#parts
    const row = this.#open(conversation)
    const staged = draft.files ?? []
    const offers = staged.map((id) => files.offerOf(id))
    const text = wellFormed(draft.text, offers.length > 0)
    const said: SaidMessage = {
      kind: 'message',
      text,
      mentions: [...new Set(draft.mentions ?? [])],
      reply: draft.reply ?? null,
      forwarded: false,
      files: offers,
    }
    const { id } = await this.write(row, { said, expiresAfterMs: this.#parts.messages.disappearAfterMs(conversation) })
    for (const [index, one] of staged.entries()) files.sent(one, { conversation, message: id, from: me, index })
    return this.#message(id).message
  }

  async edit(id: MessageId, text: string, mentions: readonly AccountId[]): Promise<Message> {
    const { message } = this.#message(id)
    if (!message.mine) throw new LatchError('NOT_ALLOWED', 'Only who wrote a message changes its words.')
    if (message.kind === 'deleted') throw new LatchError('CONFLICT', 'That message was taken back.')
    if (message.kind === 'notice' || message.kind === 'missing') throw new LatchError('CONFLICT', 'There are no words here to change.')
    const words = wellFormed(text, message.files.length > 0)
    const row = this.#open(message.conversation)
    const { effect } = await this.write(row, { said: { kind: 'edit', of: id, text: words, mentions: [...new Set(mentions)] } })
    if (effect.changed.length === 0) throw tooOften()
    return this.#message(id).message
  }

  /** Takes messages back everywhere. Errors: LatchError NOT_ALLOWED. */
  async takeBack(id: MessageId): Promise<void> {
    const { message } = this.#message(id)
    const row = this.#row(message.conversation)
    if (message.kind === 'deleted') return
    if (message.kind === 'notice') throw new LatchError('NOT_ALLOWED', 'What happened to a group is not taken back.')
    if (!message.mine && !this.#parts.mayDelete(row, message.from)) {
      throw new LatchError('NOT_ALLOWED', 'Only who wrote a message, or a moderator of the group, takes it back.')
    }
    await this.write(this.#open(row.id), { body: { kind: 'delete', of: [id] } })
  }

  async react(id: MessageId, emoji: string, on: boolean): Promise<Message> {
    const { message } = this.#alive(id)
    const { effect } = await this.write(this.#open(message.conversation), { said: { kind: 'reaction', to: id, emoji, on } })
    if (effect.changed.length === 0) throw tooOften()
    return this.#message(id).message
  }

  async pin(id: MessageId, on: boolean): Promise<Message> {
    const { message } = this.#alive(id)
    const { effect } = await this.write(this.#open(message.conversation), { body: { kind: 'pin', of: id, on } })
    if (effect.changed.length === 0) throw tooOften()
    return this.#message(id).message
  }

  /** As a message of ours that says so; its files go along as they were offered. */
  async forward(id: MessageId, to: readonly ConversationId[]): Promise<Message[]> {
    const { message } = this.#alive(id)
    if (message.kind === 'notice' || message.kind === 'missing') throw new LatchError('CONFLICT', 'There is nothing here to send on.')
    const rows = to.map((conversation) => this.#open(conversation))
    const sent: Message[] = []
    for (const row of rows) {
      const { text, files } = message
      const expiresAfterMs = this.#parts.messages.disappearAfterMs(row.id)
      const said: SaidMessage = { kind: 'message', text, mentions: [], reply: null, forwarded: true, files }
      const written = await this.write(row, { said, expiresAfterMs })
      sent.push(this.#message(written.id).message)
    }
    return sent
  }

  async disappear(conversation: ConversationId, afterMs: number | null): Promise<void> {
    if (this.#parts.messages.disappearAfterMs(conversation) === afterMs) return
    await this.write(this.#open(conversation), { body: { kind: 'disappear', afterMs } })
  }

  /** Errors: LatchError CONFLICT where this node stops. */
  write(row: ConversationRow, saying: Saying): Promise<Written> {
    const { author, pins, isStopped } = this.#parts
    if (isStopped()) throw new LatchError('CONFLICT', 'Latch is stopping; nothing was stored.')
    try {
      return author.write(row.id, saying, () => pins.writeAgain(row))
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause
      throw new LatchError('TOO_LARGE', 'That is more than one message holds: send fewer files with it.', { cause })
    }
  }

  /** A conversation in which this account may write now. Errors: LatchError NOT_FOUND, CONFLICT, NOT_ALLOWED. */
  #open(conversation: ConversationId): ConversationRow {
    const { pins, whyMute } = this.#parts
    const row = this.#row(conversation)
    pins.look()
    const pin = pins.of(row)
    if (isFrozen(pin)) {
      throw new LatchError('CONFLICT', `${pin.fullName} now belongs to another account: say whom you mean first.`)
    }
    const why = whyMute(row)
    if (why !== null) throw new LatchError('NOT_ALLOWED', why)
    return row
  }

  #row(conversation: ConversationId): ConversationRow {
    const row = this.#parts.store.conversation(conversation)
    if (row === null || row.kind === 'roster') throw new LatchError('NOT_FOUND', 'There is no conversation of that id.')
    return row
  }

  #message(id: MessageId): StoredMessage {
    const stored = this.#parts.messages.byId(id)
    if (stored === null) throw new LatchError('NOT_FOUND', 'There is no message of that id.')
    return stored
  }

  #alive(id: MessageId): StoredMessage {
    const stored = this.#message(id)
    if (stored.message.kind === 'deleted') throw new LatchError('CONFLICT', 'That message was taken back.')
    return stored
  }
}

/** Nobody would take it: see `MAX_ACTS_OF_A_LOG`. */
function tooOften(): LatchError {
  return new LatchError('CONFLICT', 'That message was changed too often from this device.')
}

/** What cannot be written in UTF-8 would read differently there than here. */
function wellFormed(text: string, mayBeEmpty: boolean): string {
  const clean = text.toWellFormed()
  const sizeBytes = Buffer.byteLength(clean)
  if (sizeBytes === 0 && !mayBeEmpty) throw new LatchError('BAD_INPUT', 'A message holds at least one character.')
  if (sizeBytes > MAX_TEXT_BYTES) throw new LatchError('TOO_LARGE', 'A message holds at most 16 KiB.')
  return clean
}
