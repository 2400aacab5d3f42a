import { fork, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { LogStore } from '../../../src/main/features/chat/store.ts'
import { MessageStore } from '../../../src/main/features/chat/message-store.ts'
import { openDatabase } from '../../../src/main/platform/database.ts'
import type { AccountId, MessageId } from '../../../src/shared/ids.ts'
import type { Message } from '../../../src/shared/model/chat.ts'
import { eventually } from '../../helpers/eventually.ts'
import { messagesWith } from '../../unit/chat/household.ts'
import { People, type Device } from '../../unit/chat/people.ts'
import { CHILD, DATABASE_KEY, isDeleted, PARENT, type FromChild, type Promised } from './killed-orders.ts'
import { AddressBook, realHome, type RealHome } from './real-node.ts'

const RUNS = 6
/** Messages stored by the other process, and delivered to it, when it is killed: each time at another moment. */
const killAfter = (run: number): number => 5 + run * 37

const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function start() {
  const folder = await mkdtemp(join(tmpdir(), 'latch-chat-killed-'))
  closing.push(() => rm(folder, { recursive: true }))
  const people = new People()
  const device = people.add(await PARENT())
  const child = people.add(await CHILD())
  const book = new AddressBook()
  const database = openDatabase(join(folder, 'parent.db'), DATABASE_KEY)
  closing.push(async () => database.close())
  const parent = await realHome(device, { proofs: people, book, transport: 'tcp', database })
  closing.push(() => parent.close())
  return { folder, people, book, parent, child }
}

/** Runs the other process until it was killed; what it said it had stored goes into `stored`. */
async function runUntilKilled(around: Awaited<ReturnType<typeof start>>, run: number, stored: Promised[]): Promise<void> {
  const { book, child, parent, folder } = around
  const before = stored.length
  const orders = { run, messages: 100_000, database: join(folder, 'child.db'), parentAddresses: parent.addresses() }
  const other = fork(join(import.meta.dirname, 'killed-child.ts'), [JSON.stringify(orders)])
  closing.push(async () => void other.kill('SIGKILL'))
  other.on('message', (message: FromChild) => {
    if ('stored' in message) stored.push(message.stored)
    else book.put(child, message.addresses)
  })
  await eventually('it to listen', () => book.of(child.account).length > 0, { withinMs: 30_000 })
  parent.chat.wake(child.account)
  const { id } = parent.chat.open(child.account)
  const delivered = (sent: number): number => sent - parent.chat.open(child.account).waiting
  for (let sent = 0; stored.length < before + killAfter(run) || delivered(sent) < killAfter(run); sent++) {
    await parent.chat.send(id, { text: `parent ${run} ${sent}` })
    await turnOfTheLoop()
  }
  await kill(other)
  book.remove(child)
}

async function kill(other: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => other.once('exit', resolve))
  other.kill('SIGKILL')
  await gone
}

async function reopen({ folder, people, book, child }: Awaited<ReturnType<typeof start>>): Promise<RealHome> {
  const database = openDatabase(join(folder, 'child.db'), DATABASE_KEY, { mustExist: true })
  closing.push(async () => database.close())
  const home = await realHome(child, { proofs: people, book, transport: 'tcp', database })
  closing.push(() => home.close())
  return home
}

/** Of every message the last that was promised, or what was already done to it behind that. */
function keeps(promised: readonly Promised[], found: ReadonlyMap<MessageId, Message>): void {
  const last = new Map(promised.map((one) => [one.id, one]))
  for (const { id, state, text } of last.values()) {
    const message = found.get(id)
    const [kind, words] = [message?.kind, message?.text ?? '']
    if (kind === 'deleted') expect(isDeleted(indexOf(promised, id))).toBe(true)
    else expect([kind, state === 'deleted', words.replace(/ edited$/, '')]).toEqual(['text', false, text.replace(/ edited$/, '')])
    if (kind === 'text' && state === 'edited') expect(words).toBe(text)
  }
}

function indexOf(promised: readonly Promised[], id: MessageId): number {
  return Number(promised.find((one) => one.id === id)?.text.split(' ')[2])
}

/** What the database of a process that is no more holds of a conversation, as a new start would show it. */
function leftBy(path: string, device: Device, other: AccountId): Map<MessageId, Message> {
  const database = openDatabase(path, DATABASE_KEY, { mustExist: true })
  try {
    const store = new LogStore(database, device.account)
    const row = store.conversationWith(other)
    const messages = new MessageStore(database, device.account, store)
    const page = row === null ? [] : messages.before(row, undefined, 100_000).messages
    return new Map(page.map((message) => [message.id, message]))
  } finally {
    database.close()
  }
}

test('kill -9 in the middle of sending and receiving loses nothing that was acknowledged, on either side', async () => {
  const around = await start()
  const { parent, child } = around
  const promised: Promised[] = []
  for (let run = 0; run < RUNS; run++) {
    await runUntilKilled(around, run, promised)
    // What the parent was told is delivered lies in the database of the process that is no more.
    const delivered = messagesWith(parent, child.account).filter(({ mine, state }) => mine && state !== 'queued')
    expect(delivered.length).toBeGreaterThan(0)
    const left = leftBy(join(around.folder, 'child.db'), child, parent.device.account)
    expect(delivered.filter(({ id, text }) => left.get(id)?.text !== text)).toEqual([])
    keeps(promised, left)
  }

  const back = await reopen(around)
  parent.chat.wake(child.account)
  const waiting = (): number => parent.chat.open(child.account).waiting + back.chat.open(parent.device.account).waiting
  const seen = (home: RealHome, other: AccountId): string[] => messagesWith(home, other).map(({ id, kind, text }) => `${id} ${kind} ${text}`)
  const both = (): [string[], string[]] => [seen(parent, child.account), seen(back, parent.device.account)]
  await eventually('both to hold everything', () => waiting() === 0 && both()[0].join() === both()[1].join(), { withinMs: 30_000 })
  const [here] = both()
  expect(here.length).toBeGreaterThan(1_000)
  expect(new Set(here).size).toBe(here.length)
  keeps(promised, new Map(messagesWith(parent, child.account).map((message) => [message.id, message])))
  expect([...parent.offences, ...back.offences]).toEqual([])
}, 180_000)
