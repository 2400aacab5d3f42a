import type { AccountId } from '../../../../shared/ids.ts'
import type { Message } from '../../../../shared/model/chat.ts'
import type { Source } from './exports.ts'
import { CHARS_WRITTEN } from './limits.ts'

/** Raised where a reader of the former would go wrong; what is only added leaves it. docs/export.md has all of it. */
const VERSION = 1

/** One JSON object; each message on a line of its own. */
export async function* jsonOf({ me, conversation, title, nowMs, nameOf, messages, pause }: Source): AsyncGenerator<string> {
  const { id, kind, with: account, group, createdMs, disappearAfterMs } = conversation
  const people = new Set<AccountId>([me, ...(account === null ? [] : [account]), ...(group?.members ?? []).map((one) => one.account)])
  const about = {
    id,
    kind,
    title,
    with: account,
    members: group === null ? null : group.members.map(({ account: member, role, state }) => ({ account: member, role, state })),
    createdMs,
    disappearAfterMs,
  }
  yield `{"format":"latch-conversation","version":${VERSION},"exportedMs":${nowMs},"me":${JSON.stringify(me)},\n`
  yield `"conversation":${JSON.stringify(about)},\n"messages":[`
  let lines = ''
  let lead = '\n'
  for await (const some of messages) {
    for (const message of some) {
      for (const one of peopleOf(message)) people.add(one)
      lines += `${lead}${JSON.stringify(plainMessage(message))}`
      lead = ',\n'
      if (lines.length >= CHARS_WRITTEN) {
        yield lines
        lines = ''
      }
      await pause()
    }
  }
  const named = [...people].map((one) => ({ account: one, name: nameOf(one) }))
  yield `${lines}\n],\n"people":${JSON.stringify(named)}}\n`
}

function peopleOf({ from, deletedBy, mentions, reactions, reply, notice }: Message): AccountId[] {
  const others = [deletedBy, reply?.from ?? null, notice !== null && 'whom' in notice ? notice.whom : null]
  return [from, ...mentions, ...reactions.flatMap(({ by }) => by), ...others.filter((one) => one !== null)]
}

function plainMessage(message: Message) {
  const { id, order, from, mine, kind, text, sentMs, storedMs, editedMs, deletedBy, forwarded, mentions, pinned, notice } = message
  const { reply, reactions, files, expiresMs, state } = message
  return {
    id,
    order,
    from,
    mine,
    kind,
    text,
    sentMs,
    storedMs,
    editedMs,
    deletedBy,
    reply: reply === null ? null : { id: reply.id, from: reply.from, text: reply.text },
    forwarded,
    mentions,
    reactions,
    pinned,
    files: files.map(({ file, name, bytes, type, kind: fileKind, durationMs, files: count }) => ({
      file,
      name,
      bytes,
      type,
      kind: fileKind,
      durationMs,
      files: count,
    })),
    notice,
    expiresMs,
    state,
  }
}
