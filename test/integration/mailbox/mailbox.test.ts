import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LatchError } from '../../../src/shared/errors.ts'
import { DAY, HOUR, MINUTE } from '../../../src/shared/units.ts'
import { acquainted, bytes, keptOut, letIn, MOMENT_MS, rowsOf, town, type Resident, type Town } from './mail-town.ts'

let where: Town
let ann: Resident
let bea: Resident
let ivy: Resident

/** Ann writes, Bea is away, Ivy holds. */
beforeEach(async () => {
  where = town()
  ann = await where.resident('Ann')
  bea = await where.resident('Bea')
  ivy = await where.resident('Ivy')
})

afterEach(() => where.close())

/** Bea's node ends; what she had is on her disk. */
async function beaLeaves(): Promise<() => Promise<void>> {
  const { deviceKey, account, database } = bea
  await bea.leave()
  return async () => {
    bea = await where.resident('Bea', { deviceKey, account, database })
  }
}

/** Number of the card of one that another has. */
const cardOf = (of: Resident, at: Resident): number => Number(rowsOf(at.database, 'mail_cards').find(({ device }) => device === of.peerId)?.['seq'] ?? 0)

const texts = (of: Resident): string[] => of.taken.map(({ text }) => text)

describe('somebody is away', () => {
  test('a letter is held for her, comes when she is back, and is held no more', async () => {
    await acquainted(where, ann, bea, ivy)
    const beaIsBack = await beaLeaves()
    const delivery = await ann.mailbox.deliver(bea.peerId, bytes('are you there?'))
    expect(delivery).toEqual({ outcome: 'held', by: { peerId: ivy.peerId, name: 'Ivy' }, untilMs: where.clock.nowMs() + 7 * DAY })
    expect(ivy.mailbox.status().held).toEqual([{ account: bea.account, letters: 1, bytes: 2048, oldestMs: where.clock.nowMs() }])
    await beaIsBack()
    await where.until('the letter came', () => bea.taken.length > 0)
    expect(bea.taken).toEqual([{ text: 'are you there?', from: { device: ann.peerId, account: ann.account }, secrecy: 'once' }])
    await where.until('it is held no more', () => ivy.mailbox.status().held[0]?.letters === 0)
    expect(rowsOf(ivy.database, 'mail_letters')).toEqual([])
  })

  test('many letters of all sizes come over several pages, in the order in which they were left', async () => {
    await acquainted(where, ann, bea, ivy)
    const beaIsBack = await beaLeaves()
    const written = Array.from({ length: 50 }, (_, at) => `${at} `.padEnd([10, 3_000, 20_000, 100_000][at % 4] ?? 0, '.'))
    for (const text of written) expect(await ann.mailbox.deliver(bea.peerId, bytes(text))).toMatchObject({ outcome: 'held' })
    await beaIsBack()
    await where.until('all came', () => bea.taken.length >= 50)
    expect(texts(bea)).toEqual(written)
    await where.until('none is held', () => rowsOf(ivy.database, 'mail_letters').length === 0)
  })

  test('what nobody fetches is thrown away after seven days', async () => {
    await acquainted(where, ann, bea, ivy)
    const beaIsBack = await beaLeaves()
    await ann.mailbox.deliver(bea.peerId, bytes('old'))
    where.clock.jump(7 * DAY - HOUR)
    await ann.mailbox.deliver(bea.peerId, bytes('newer'))
    await where.clock.advance(2 * HOUR)
    expect(ivy.mailbox.status().held).toMatchObject([{ letters: 1 }])
    await beaIsBack()
    await where.until('the newer one came', () => bea.taken.length > 0)
    expect(texts(bea)).toEqual(['newer'])
  })

  test('somebody who is there, but not to be reached by who writes, hears of it at once', async () => {
    await acquainted(where, ann, bea, ivy)
    await where.part(ann, bea)
    await ann.mailbox.deliver(bea.peerId, bytes('over Ivy'))
    await where.until('it came', () => bea.taken.length > 0)
    expect(where.clock.nowMs() - Date.UTC(2026, 0, 1)).toBeLessThan(5 * 60_000)
  })

  test('fetched at once where a person asks for it, and counted', async () => {
    await acquainted(where, ann, bea, ivy)
    await where.part(bea, ivy)
    await ann.mailbox.deliver(bea.peerId, bytes('one'))
    await ann.mailbox.deliver(bea.peerId, bytes('two'))
    expect(await bea.mailbox.collect()).toEqual({ letters: 2 })
    expect(texts(bea)).toEqual(['one', 'two'])
    expect(await bea.mailbox.collect()).toEqual({ letters: 0 })
  })
})

describe('who takes letters', () => {
  test('one that could not be stored comes again, and opens again', async () => {
    await acquainted(where, ann, bea, ivy)
    let tries = 0
    bea.take = async () => {
      if (++tries === 1) throw new Error('the disk is full')
      return 'taken'
    }
    await ann.mailbox.deliver(bea.peerId, bytes('twice tried'))
    await where.until('the first try', () => tries === 1)
    expect(rowsOf(ivy.database, 'mail_letters')).toHaveLength(1)
    await where.clock.advance(60_000)
    await where.until('the second', () => tries === 2)
    await where.until('it is held no more', () => rowsOf(ivy.database, 'mail_letters').length === 0)
    expect(texts(bea)).toEqual(['twice tried'])
  })

  test('one that can be taken only after another comes again as soon as that one did', async () => {
    await acquainted(where, ann, bea, ivy)
    await where.part(bea, ivy)
    const came: string[] = []
    bea.take = async (letter) => {
      const text = Buffer.from(letter.bytes).toString()
      if (text === 'second' && !came.includes('first')) throw new Error('what comes before it is not here')
      came.push(text)
      return 'taken'
    }
    for (const text of ['second', 'first']) await ann.mailbox.deliver(bea.peerId, bytes(text))
    const beganMs = where.clock.nowMs()
    await bea.mailbox.collect()
    await where.until('both came', () => came.length === 2)
    expect(came).toEqual(['first', 'second'])
    expect(where.clock.nowMs() - beganMs).toBeLessThan(10_000)
  })

  test('one that nobody takes is fetched more and more rarely', async () => {
    await acquainted(where, ann, bea, ivy)
    const triedAtMs: number[] = []
    bea.take = async () => {
      triedAtMs.push(where.clock.nowMs())
      throw new Error('never')
    }
    await ann.mailbox.deliver(bea.peerId, bytes('never'))
    await where.until('the first', () => triedAtMs.length === 1)
    for (let tries = 2; tries <= 5; tries += 1) {
      // A fetch takes its time over the streams, and no time by the clock: minutes pass only while none is under way.
      await where.clock.advance(2 ** (tries - 2) * MINUTE - 10_000)
      await where.until(`a ${tries}th`, () => triedAtMs.length >= tries)
    }
    const waits = triedAtMs.slice(1).map((atMs, index) => atMs - (triedAtMs[index] ?? 0))
    for (const [index, wait] of waits.entries()) expect(wait).toBeGreaterThanOrEqual(2 ** index * MINUTE - 10_000)
  })

  test('one that is not wanted does not come again', async () => {
    await acquainted(where, ann, bea, ivy)
    let tries = 0
    bea.take = async () => (++tries === 0 ? 'taken' : 'refused')
    await ann.mailbox.deliver(bea.peerId, bytes('no'))
    await where.until('it is thrown away', () => tries === 1 && rowsOf(ivy.database, 'mail_letters').length === 0)
    await bea.mailbox.collect()
    expect(tries).toBe(1)
  })

  test('as long as nobody takes letters, they stay where they are', async () => {
    await acquainted(where, ann, bea, ivy)
    const end = bea.mailbox.onLetter(async () => 'taken')
    end()
    await ann.mailbox.deliver(bea.peerId, bytes('wait'))
    await where.clock.advance(MOMENT_MS)
    expect(await bea.mailbox.collect()).toEqual({ letters: 0 })
    expect(rowsOf(ivy.database, 'mail_letters')).toHaveLength(1)
    const came: string[] = []
    bea.mailbox.onLetter(async (letter) => {
      came.push(Buffer.from(letter.bytes).toString())
      return 'taken'
    })
    await bea.mailbox.collect()
    expect(came).toEqual(['wait'])
  })
})

describe('what is said where nothing can be delivered', () => {
  test('a device that was never met', async () => {
    expect(await ann.mailbox.deliver(bea.peerId, bytes('hello'))).toMatchObject({ outcome: 'no-card' })
    expect(ann.mailbox.canDeliver(bea.peerId)).toBe(false)
  })

  test('a device whose mail nobody holds', async () => {
    await where.meet(ann, bea)
    await where.until('a card', () => ann.mailbox.canDeliver(bea.peerId))
    expect(await ann.mailbox.deliver(bea.peerId, bytes('hello'))).toMatchObject({ outcome: 'no-holder' })
  })

  test('a device whose mail only the one who writes would hold', async () => {
    await acquainted(where, ann, bea, ann)
    expect(await ann.mailbox.deliver(bea.peerId, bytes('hello'))).toMatchObject({ outcome: 'no-holder' })
  })

  test('holders that are away; and the key is used for a later letter', async () => {
    await acquainted(where, ann, bea, ivy)
    const { deviceKey, account, database } = ivy
    await ivy.leave()
    expect(await ann.mailbox.deliver(bea.peerId, bytes('hello'))).toMatchObject({ outcome: 'unreachable' })
    expect(rowsOf(ann.database, 'mail_their_keys')).toHaveLength(64)
    ivy = await where.resident('Ivy', { deviceKey, account, database })
    expect(await ann.mailbox.deliver(bea.peerId, bytes('hello'))).toMatchObject({ outcome: 'held' })
    expect(rowsOf(ann.database, 'mail_their_keys')).toHaveLength(63)
  })

  test('a holder that is full', async () => {
    await ivy.leave()
    ivy = await where.resident('Ivy', { capacityBytes: 4_096 })
    await acquainted(where, ann, bea, ivy)
    await beaLeaves()
    expect(await ann.mailbox.deliver(bea.peerId, bytes('1'))).toMatchObject({ outcome: 'held' })
    expect(await ann.mailbox.deliver(bea.peerId, bytes('2'))).toMatchObject({ outcome: 'held' })
    expect(await ann.mailbox.deliver(bea.peerId, bytes('3'))).toMatchObject({ outcome: 'full' })
  })

  test('a holder that would hold no more for her', async () => {
    await acquainted(where, ann, bea, ivy)
    await beaLeaves()
    ivy.mayHold = () => false
    expect(await ann.mailbox.deliver(bea.peerId, bytes('1'))).toMatchObject({ outcome: 'no-holder' })
  })

  test('a letter that is too large, or empty', async () => {
    await acquainted(where, ann, bea, ivy)
    await expect(ann.mailbox.deliver(bea.peerId, new Uint8Array(260_000).fill(7))).resolves.toMatchObject({ outcome: 'held' })
    await expect(ann.mailbox.deliver(bea.peerId, new Uint8Array(262_000))).rejects.toThrow(RangeError)
    await expect(ann.mailbox.deliver(bea.peerId, new Uint8Array())).rejects.toThrow(RangeError)
  })

  test('one holder is away and another is not: it is left there', async () => {
    const ida = await where.resident('Ida')
    await acquainted(where, ann, bea, ivy)
    const before = cardOf(bea, ann)
    bea.introducers = [ivy.peerId, ida.peerId]
    bea.mailbox.introducersChanged()
    await where.until('both hold', () => bea.mailbox.status().holders.filter(({ state }) => state === 'held').length === 2)
    await where.until('Ann knows', () => cardOf(bea, ann) > before)
    await ivy.leave()
    expect(await ann.mailbox.deliver(bea.peerId, bytes('hello'))).toMatchObject({ outcome: 'held', by: { name: 'Ida' } })
  })
})

describe('those who hold', () => {
  test('a contact is asked when the person wants it: its door says yes at once', async () => {
    await where.meet(bea, ivy)
    const mailbox = await bea.mailbox.ask(ivy.account)
    expect(mailbox.holders).toMatchObject([{ peerId: ivy.peerId, account: ivy.account, kind: 'contact', state: 'held', quotaBytes: 32 * 2 ** 20 }])
  })

  test('or after a knock that somebody answers later', async () => {
    ivy.door = () => keptOut('knock-first')
    bea.knocked = 'pending'
    await bea.mailbox.ask(ivy.peerId)
    expect(bea.mailbox.status().holders).toMatchObject([{ state: 'asking', why: 'Their door has to be asked first.' }])
    ivy.door = () => letIn
    bea.mailbox.opened(ivy.peerId)
    await where.until('it holds', () => bea.mailbox.status().holders[0]?.state === 'held')
  })

  test('or no; and is asked again later, by itself', async () => {
    ivy.door = () => keptOut('denied')
    await bea.mailbox.ask(ivy.peerId)
    expect(bea.mailbox.status().holders).toMatchObject([{ state: 'refused' }])
    ivy.door = () => letIn
    await where.clock.advance(2 * HOUR)
    await where.until('it holds', () => bea.mailbox.status().holders[0]?.state === 'held')
  })

  test('one who is away is asked when they are there', async () => {
    const { deviceKey, account, database } = ivy
    await ivy.leave()
    await bea.mailbox.ask(ivy.peerId)
    expect(bea.mailbox.status().holders).toMatchObject([{ state: 'asking' }])
    ivy = await where.resident('Ivy', { deviceKey, account, database })
    await where.meet(bea, ivy)
    await where.until('it holds', () => bea.mailbox.status().holders[0]?.state === 'held')
  })

  test('introducers are asked by themselves, three of them, and no more than that', async () => {
    const others = await Promise.all(['Ida', 'Ina', 'Ira'].map((name) => where.resident(name)))
    bea.introducers = [ivy, ...others].map(({ peerId }) => peerId)
    bea.mailbox.introducersChanged()
    await where.until('three hold', () => bea.mailbox.status().holders.filter(({ state, kind }) => state === 'held' && kind === 'introducer').length === 3)
    await where.clock.advance(HOUR)
    expect(bea.mailbox.status().holders).toHaveLength(3)
  })

  test('one that was left is used no more, forgets what it held, and is not asked again', async () => {
    await acquainted(where, ann, bea, ivy)
    await bea.mailbox.leave(ivy.peerId)
    expect(bea.mailbox.status().holders).toEqual([])
    expect(ivy.mailbox.status().held).toEqual([])
    await where.clock.advance(2 * HOUR)
    expect(bea.mailbox.status().holders).toEqual([])
    expect(await ann.mailbox.deliver(bea.peerId, bytes('hello'))).toMatchObject({ outcome: 'no-holder' })
    await expect(bea.mailbox.leave(ivy.peerId)).rejects.toThrow(LatchError)
    expect((await bea.mailbox.ask(ivy.peerId)).holders).toMatchObject([{ state: 'held' }])
  })

  test('one that threw everything away is told the box again', async () => {
    await acquainted(where, ann, bea, ivy)
    await ann.mailbox.deliver(bea.peerId, bytes('lost'))
    expect(ivy.mailbox.drop(bea.account).held).toEqual([])
    expect(() => ivy.mailbox.drop(bea.account)).toThrow(LatchError)
    await bea.mailbox.collect()
    expect(ivy.mailbox.status().held).toMatchObject([{ account: bea.account, letters: 0 }])
    expect(await ann.mailbox.deliver(bea.peerId, bytes('held'))).toMatchObject({ outcome: 'held' })
  })

  test('changes are told to who watches', async () => {
    const told: string[] = []
    const over = new AbortController()
    const watching = (async () => {
      for await (const item of bea.mailbox.watch(over.signal)) {
        const { holders } = item.kind === 'snapshot' ? item.snapshot : item.event.mailbox
        told.push(`${item.kind}: ${holders.map(({ state }) => state).join()}`)
      }
    })()
    await where.until('the snapshot', () => told.length > 0)
    await bea.mailbox.ask(ivy.peerId)
    await where.until('an event', () => told.includes('event: held'))
    over.abort()
    await watching
    expect(told[0]).toBe('snapshot: ')
  })
})
