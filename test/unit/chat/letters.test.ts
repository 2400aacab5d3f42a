import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ChatMail, MailDelivery } from '../../../src/main/features/chat/index.ts'
import { readLetter, writeLetter } from '../../../src/main/protocols/chat/index.ts'
import { MAX_LETTER_BYTES } from '../../../src/main/protocols/chat/constants.ts'
import type { AccountId, PeerId } from '../../../src/shared/ids.ts'
import { DAY, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { home, messagesWith, textsWith, type Home } from './household.ts'
import { People, type Device } from './people.ts'
import { Pen } from './entries.ts'
import { Wire } from './wire.ts'

/** Holds letters for whoever is away, as they were handed in. */
class PostOffice {
  readonly held: { to: PeerId; from: Device; bytes: Uint8Array }[] = []
  readonly closedFor = new Set<AccountId>()
  outcome: MailDelivery | null = null
  isOpen = true

  of(from: Device, clock: FakeClock): ChatMail {
    return {
      canDeliver: () => this.isOpen,
      admits: (account) => !this.closedFor.has(account),
      deliver: async (to, bytes) => {
        if (this.outcome !== null) return this.outcome
        this.held.push({ to, from, bytes })
        return { outcome: 'held', by: { peerId: to, name: 'the lighthouse' }, untilMs: clock.nowMs() + 7 * DAY }
      },
    }
  }

  /** Hands over what is there for a device, in the order of `pick`. */
  async collect(at: Home, pick = (letters: typeof this.held) => letters): Promise<string[]> {
    const letters = pick(this.held.filter(({ to }) => to === at.device.peerId))
    const outcomes: string[] = []
    for (const { from, bytes } of letters) {
      const letter = { from: { device: from.peerId, account: from.account }, bytes }
      outcomes.push(await at.chat.letter(letter).catch(() => 'later'))
    }
    return outcomes
  }
}

let people: People
let wire: Wire
let clock: FakeClock
let office: PostOffice
let [alice, bea, phone] = [] as unknown as [Home, Home, Home]

async function make(device: Device): Promise<Home> {
  return home(device, { people, wire, clock, parts: { mail: office.of(device, clock) } })
}

beforeEach(async () => {
  people = new People()
  wire = new Wire()
  clock = new FakeClock()
  office = new PostOffice()
  wire.connected = () => false
  const account = await people.account()
  alice = await make(await people.person())
  bea = await make(await people.device(account))
  phone = await make(await people.device(account))
})

afterEach(async () => {
  for (const one of [alice, bea, phone]) await one.stop()
})

const withBea = () => alice.chat.open(bea.device.account).id

describe('what waits for somebody who is away', () => {
  test('is left for each of their devices, and the message says with whom and until when', async () => {
    const { id } = await alice.chat.send(withBea(), { text: 'come home' })
    await eventually('it is held', () => alice.chat.message(id).state === 'held')
    expect(office.held.map(({ to }) => to).toSorted()).toEqual([bea.device.peerId, phone.device.peerId].toSorted())
    const held = alice.chat.trace(id).steps.find(({ step }) => step === 'held')
    expect(held?.detail).toBe('Held by the lighthouse until 2026-01-08.')
    expect(await office.collect(bea)).toEqual(['taken'])
    expect(textsWith(bea, alice.device.account)).toEqual(['come home'])
    expect(bea.chat.open(alice.device.account).unread).toBe(1)
  })

  test('still counts as waiting, and is delivered once and only once when they meet', async () => {
    const { id } = await alice.chat.send(withBea(), { text: 'twice?' })
    await eventually('it is held', () => alice.chat.message(id).state === 'held')
    await office.collect(bea)
    expect(await office.collect(bea)).toEqual(['taken'])
    wire.connected = () => true
    alice.chat.wake(bea.device.account)
    await eventually('delivery', () => alice.chat.message(id).state === 'delivered')
    await eventually('the phone', () => textsWith(phone, alice.device.account).length === 1)
    expect(textsWith(bea, alice.device.account)).toEqual(['twice?'])
    expect(alice.chat.open(bea.device.account).waiting).toBe(0)
  })

  test('is left once, however often they are looked for', async () => {
    await alice.chat.send(withBea(), { text: 'one' })
    await eventually('it is held', () => office.held.length === 2)
    for (let hour = 0; hour < 20; hour += 1) await clock.advance(600 * SECOND)
    expect(office.held).toHaveLength(2)
    await alice.chat.send(withBea(), { text: 'two' })
    await eventually('so is the next', () => office.held.length === 4)
    expect(readLetter(office.held[3]?.bytes ?? new Uint8Array()).entries).toHaveLength(1)
  })

  test('is left again when the time of the mailbox is nearly over', async () => {
    await alice.chat.send(withBea(), { text: 'one' })
    await eventually('it is held', () => office.held.length === 2)
    clock.jump(6 * DAY + SECOND)
    await clock.advance(600 * SECOND)
    await eventually('again', () => office.held.length === 4)
    for (let hour = 0; hour < 10; hour += 1) await clock.advance(600 * SECOND)
    expect(office.held).toHaveLength(4)
  })

  test('goes into as many letters as it needs, none too large', async () => {
    office.isOpen = false
    for (let n = 0; n < 60; n += 1) await alice.chat.send(withBea(), { text: `${n} ${'long '.repeat(3_000)}` })
    office.isOpen = true
    await clock.advance(600 * SECOND)
    await eventually('all are held', () => messagesWith(alice, bea.device.account).every(({ state }) => state === 'held'))
    const letters = office.held.filter(({ to }) => to === bea.device.peerId)
    expect(letters.length).toBeGreaterThan(3)
    for (const { bytes } of letters) expect(bytes.byteLength).toBeLessThanOrEqual(MAX_LETTER_BYTES)
    expect(new Set(await office.collect(bea))).toEqual(new Set(['taken']))
    expect(textsWith(bea, alice.device.account)).toEqual(textsWith(alice, bea.device.account))
  })

  test('says in its trace why nobody holds it', async () => {
    office.outcome = { outcome: 'full', why: 'Whoever holds their mail has no room.' }
    const { id } = await alice.chat.send(withBea(), { text: 'no room' })
    const isFull = () => alice.chat.trace(id).steps.some(({ detail }) => detail.startsWith('Whoever holds their mail has no room.'))
    await eventually('the reason', isFull)
    expect(alice.chat.message(id).state).toBe('queued')
  })
})

describe('a letter', () => {
  async function heldLetters(...texts: string[]): Promise<void> {
    for (const text of texts) {
      const before = office.held.length
      await alice.chat.send(withBea(), { text })
      await eventually('it is held', async () => {
        await clock.advance(5 * SECOND)
        return office.held.length > before
      })
    }
  }

  test('that follows one which has not come is left where it is, and taken when that has', async () => {
    await heldLetters('one', 'two', 'three')
    expect(await office.collect(bea, (letters) => letters.toReversed())).toEqual(['later', 'later', 'taken'])
    expect(await office.collect(bea)).toEqual(['taken', 'taken', 'taken'])
    expect(textsWith(bea, alice.device.account)).toEqual(['one', 'two', 'three'])
  })

  test('brings edits and deletions too, and what was taken back meanwhile does not come', async () => {
    const { id } = await alice.chat.send(withBea(), { text: 'a secret' })
    await alice.chat.remove(id, 'everyone')
    await eventually('all is held', async () => {
      await clock.advance(5 * SECOND)
      return office.held.some(({ bytes }) => readLetter(bytes).entries.length > 0) && alice.chat.message(id).state === 'held'
    })
    await clock.advance(600 * SECOND)
    await office.collect(bea)
    expect(messagesWith(bea, alice.device.account)).toMatchObject([{ kind: 'deleted', text: '' }])
  })

  test('with an invitation brings what others said in the roster, though whoever invites did not make the group', async () => {
    wire.connected = (one, other) => ![one, other].includes(alice.device.peerId)
    const maker = await make(await people.person())
    try {
      const id = await maker.chat.groups.create({ title: 'Hiking', picture: null, history: 'all', members: [bea.device.account] })
      const groupAt = (one: Home) => one.chat.conversations().find((conversation) => conversation.id === id)?.group ?? null
      const until = (what: string, isSo: () => boolean) => eventually(what, async () => (await clock.advance(SECOND), isSo()))
      await until('the invitation', () => groupAt(bea)?.state === 'invited')
      await bea.chat.groups.answer(id, true)
      await until('her answer', () => groupAt(maker)?.members.some(({ account, state }) => account === bea.device.account && state === 'joined') === true)
      await maker.chat.groups.setRole(id, bea.device.account, 'moderator')
      await until('her role', () => groupAt(bea)?.role === 'moderator')
      office.held.length = 0
      await bea.chat.groups.add(id, [alice.device.account])
      await until('letters', () => office.held.some(({ to, from }) => to === alice.device.peerId && from.account === bea.device.account))
      const hers = (letters: typeof office.held) => letters.filter(({ from }) => from.account === bea.device.account)
      expect(await office.collect(alice, hers)).toContain('taken')
      expect(groupAt(alice)).toMatchObject({ title: 'Hiking', state: 'invited', role: 'member' })
      const states = groupAt(alice)?.members.map(({ account, role, state }) => [account, role, state])
      expect(states).toContainEqual([maker.device.account, 'owner', 'joined'])
      expect(states).toContainEqual([bea.device.account, 'moderator', 'joined'])
      expect(await alice.chat.groups.answer(id, true)).toMatchObject({ state: 'joined' })
    } finally {
      await maker.stop()
    }
  })

  test('of somebody whom the door does not let in is refused', async () => {
    await heldLetters('let me in')
    office.closedFor.add(alice.device.account)
    expect(await office.collect(bea)).toEqual(['refused'])
    expect(bea.chat.conversations()).toEqual([])
  })

  test('of a device that its account does not name waits until it does', async () => {
    await heldLetters('hello')
    people.remove(alice.device)
    expect(await office.collect(bea)).toEqual(['later'])
    people.add(alice.device)
    expect(await office.collect(bea)).toEqual(['taken'])
  })

  const from = () => ({ device: alice.device.peerId, account: alice.device.account })

  test('about a conversation of others, of noise, or with a forged entry is refused, and costs its author', async () => {
    const stranger = await people.person()
    const members = [stranger.account, bea.device.account].toSorted() as [AccountId, AccountId]
    const { envelope } = await new Pen(stranger, bea.device.account).say('forged')
    const others = writeLetter({ v: 1, conversations: [{ members }], entries: [envelope], contents: [null] })
    expect(await bea.chat.letter({ from: from(), bytes: others })).toBe('refused')
    expect(await bea.chat.letter({ from: from(), bytes: new Uint8Array(2_000).fill(7) })).toBe('refused')
    const mine = [alice.device.account, bea.device.account].toSorted() as [AccountId, AccountId]
    const forged = new Pen(stranger, bea.device.account)
    const lie = await forged.say('forged', { account: alice.device.account, device: alice.device.peerId, conversation: withBea() })
    const bytes = writeLetter({ v: 1, conversations: [{ members: mine }], entries: [lie.envelope], contents: [null] })
    expect(await bea.chat.letter({ from: from(), bytes })).toBe('refused')
    expect(bea.offences.length).toBeGreaterThanOrEqual(2)
    expect(bea.chat.conversations()).toEqual([])
  })

  test('does not say that its author has anything', async () => {
    const { id } = await bea.chat.send(bea.chat.open(alice.device.account).id, { text: 'did you get it?' })
    await heldLetters('no')
    await office.collect(bea)
    expect(bea.chat.message(id).reach.delivered).toBe(0)
  })
})
