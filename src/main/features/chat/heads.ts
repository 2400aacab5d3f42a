import { MAX_CONVERSATIONS_A_FRAME, MAX_LOGS, type HeadsFrame, type LogPosition } from '../../protocols/chat/index.ts'
import { namedOf } from './about.ts'
import type { Held } from './source-types.ts'

/** Logs in one heads frame, 80 bytes each: a third of what a frame may hold. */
const MAX_LOGS_A_FRAME = 2_048

/** What is said of one conversation. */
export function copyOf({ about, logs }: Held): HeadsFrame['conversations'][number] {
  return { ...namedOf(about), logs: logs.slice(0, MAX_LOGS).map(({ device, seq }) => ({ device, seq })) }
}

/** At least one frame, as it also says that there is nothing more to come. */
export function headsFrames(all: readonly Held[]): HeadsFrame[] {
  const frames: HeadsFrame[] = []
  let conversations: HeadsFrame['conversations'] = []
  let logs = 0
  for (const heads of all) {
    if (conversations.length === MAX_CONVERSATIONS_A_FRAME || logs + heads.logs.length > MAX_LOGS_A_FRAME) {
      frames.push({ kind: 'heads', conversations, more: true })
      conversations = []
      logs = 0
    }
    conversations.push(copyOf(heads))
    logs += heads.logs.length
  }
  return [...frames, { kind: 'heads', conversations, more: false }]
}

/** How many entries of what is here they are not known to have (`there`), and how many they said to have are not here (`here`). */
export function lackingOf(all: readonly Held[], confirmed: Iterable<LogPosition>): { here: number; there: number } {
  const theirs = new Map([...confirmed].map(({ conversation, device, seq }) => [`${conversation} ${device}`, seq]))
  let [here, there] = [0, 0]
  for (const { id, logs } of all) {
    for (const { device, seq, from = 0, begins = 0 } of logs) {
      const name = `${id} ${device}`
      const has = Math.max(theirs.get(name) ?? 0, from)
      // What lies before the beginning of a log is not here to be given.
      if (has >= begins) there += Math.max(0, seq - has)
      here += Math.max(0, (theirs.get(name) ?? 0) - seq)
      theirs.delete(name)
    }
  }
  for (const seq of theirs.values()) here += seq
  return { here, there }
}
