import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { openDatabase } from '../../../src/main/platform/database.ts'
import { eventually } from '../../helpers/eventually.ts'
import { textsWith } from '../../unit/chat/household.ts'
import { Names } from '../../unit/chat/named-home.ts'
import { People, type Device } from '../../unit/chat/people.ts'
import { AddressBook, realHome, type RealHome, type RealHomeOptions } from './real-node.ts'

const NAME = 'bea.peer'
const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function world() {
  const people = new People()
  const book = new AddressBook()
  const names = new Names()
  const at = async (device: Device, options: Partial<RealHomeOptions> = {}): Promise<RealHome> => {
    const home = await realHome(device, { proofs: people, book, ...options })
    closing.push(() => home.close())
    return home
  }
  return { people, book, names, at }
}

const within = { withinMs: 30_000 }

describe('a conversation by a name, over real streams', () => {
  test('sends nothing more from the moment when its name moves, hears on, and goes on when it is back', async () => {
    const { people, names, at } = await world()
    const a = await at(await people.person(), { transport: 'tcp', parts: { names } })
    const b = await at(await people.person(), { transport: 'tcp' })
    const bea = b.device.account
    names.give(NAME, bea)
    const { id } = a.chat.open(bea, NAME)
    await a.chat.send(id, { text: 'before' })
    await eventually('it', () => textsWith(b, a.device.account).length === 1, within)

    const burst = Array.from({ length: 200 }, (_, index) => a.chat.send(id, { text: `burst ${index}` }))
    await Promise.all(burst)
    names.give(NAME, await people.account())
    a.chat.namesChanged()
    const bursts = () => textsWith(b, a.device.account).filter((text) => text.startsWith('burst'))

    await b.chat.send(id, { text: 'I hear nothing' })
    await eventually('what they say', () => textsWith(a, bea).includes('I hear nothing'), within)
    // Frames that the other side had read already when the name moved are theirs; no new one follows.
    const came = bursts().length
    await b.chat.send(id, { text: 'still nothing' })
    await eventually('what they say', () => textsWith(a, bea).includes('still nothing'), within)
    expect(bursts()).toHaveLength(came)
    await expect(a.chat.send(id, { text: 'now?' })).rejects.toMatchObject({ code: 'CONFLICT' })

    names.give(NAME, bea)
    a.chat.namesChanged()
    await eventually('everything', () => a.chat.open(bea).waiting === 0, within)
    expect(bursts()).toEqual(Array.from({ length: 200 }, (_, index) => `burst ${index}`))
    expect([...a.offences, ...b.offences]).toEqual([])
  })

  test('is as frozen after a restart from the file, until the person decides', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latch-pinned-'))
    closing.push(() => rm(folder, { recursive: true }))
    const key = new Uint8Array(32).fill(7)
    const { people, names, at } = await world()
    const alice = await people.person()
    const b = await at(await people.person())
    const [bea, mallory] = [b.device.account, await people.account()]
    names.give(NAME, bea)

    const before = openDatabase(join(folder, 'a.db'), key)
    const first = await realHome(alice, { proofs: people, book: new AddressBook(), database: before, parts: { names } })
    const { id } = first.chat.open(bea, NAME)
    await first.chat.send(id, { text: 'meant for the one I know' })
    names.give(NAME, mallory)
    first.chat.namesChanged()
    await first.close()
    before.close()

    names.isBehind = true
    const again = openDatabase(join(folder, 'a.db'), key)
    closing.push(async () => again.close())
    const second = await at(alice, { database: again, parts: { names } })
    second.chat.wake(bea)
    b.chat.open(alice.account)
    await b.chat.send(id, { text: 'hello' })
    await eventually('what they say', () => textsWith(second, bea).includes('hello'), within)
    expect(second.chat.open(bea)).toMatchObject({ waiting: 1, waitingFor: 'name', pin: { moved: { to: mallory } } })
    expect(textsWith(b, alice.account)).toEqual(['hello'])

    second.chat.decide(id, 'keep')
    await eventually('it', () => textsWith(b, alice.account).length === 2, within)
    expect(second.chat.open(bea)).toMatchObject({ pin: null })
  })
})
