import { fork, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { openDatabase } from '../../../src/main/platform/database.ts'
import { eventually } from '../../helpers/eventually.ts'
import { messagesWith, textsWith } from '../../unit/chat/household.ts'
import { People } from '../../unit/chat/people.ts'
import { CHILD, DATABASE_KEY, PARENT, type FromChild } from './killed-orders.ts'
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
async function runUntilKilled(around: Awaited<ReturnType<typeof start>>, run: number, stored: string[]): Promise<void> {
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

test('kill -9 in the middle of sending and receiving loses nothing that was acknowledged, on either side', async () => {
  const around = await start()
  const { parent, child } = around
  const promised: string[] = []
  for (let run = 0; run < RUNS; run++) {
    await runUntilKilled(around, run, promised)
    // What the parent was told is delivered lies in the database of the process that is no more.
    const delivered = messagesWith(parent, child.account).filter(({ mine, state }) => mine && state !== 'queued')
    expect(delivered.length).toBeGreaterThan(0)
    const left = openDatabase(join(around.folder, 'child.db'), DATABASE_KEY)
    const there = left.prepare<[], { text: string }>('SELECT text FROM chat_entries WHERE position IS NOT NULL').all()
    left.close()
    const texts = new Set(there.map(({ text }) => text))
    expect(delivered.filter(({ text }) => !texts.has(text))).toEqual([])
    expect(promised.filter((text) => !texts.has(text))).toEqual([])
  }

  const back = await reopen(around)
  parent.chat.wake(child.account)
  const waiting = (): number => parent.chat.open(child.account).waiting + back.chat.open(parent.device.account).waiting
  await eventually('both to hold everything', () => waiting() === 0, { withinMs: 30_000 })
  const [here, there] = [textsWith(parent, child.account), textsWith(back, parent.device.account)]
  expect(here.toSorted()).toEqual(there.toSorted())
  expect(new Set(here).size).toBe(here.length)
  expect(promised.filter((text) => !here.includes(text))).toEqual([])
  expect([...parent.offences, ...back.offences]).toEqual([])
}, 120_000)
