import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { DEFAULT_LIMITS } from '../../../src/main/features/introduction/index.ts'
import type { AccountId } from '../../../src/shared/ids.ts'
import { MINUTE } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHousehold, type HouseholdOptions, type OpenHousehold } from '../../helpers/households.ts'

/*
 * Whole nodes, and an introducer: who holds for whom, and by whose door.
 */

const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function house(options: HouseholdOptions & { readonly name: string }): Promise<OpenHousehold> {
  const household = await openHousehold(options)
  closing.push(() => household.close())
  return household
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'latch-test-'))
  closing.push(() => rm(path, { recursive: true, force: true }))
  return path
}

const messagesWith = ({ chat }: OpenHousehold, account: AccountId) => chat.messages(chat.open(account).id, {}, 100).messages
const texts = (one: OpenHousehold, account: AccountId): string[] => messagesWith(one, account).map(({ text }) => text)
/** Of what this one wrote. */
const statesOf = (one: OpenHousehold, account: AccountId): string[] =>
  messagesWith(one, account).filter(({ from }) => from === one.me.account).map(({ state }) => state)

async function say(from: OpenHousehold, to: AccountId, text: string): Promise<void> {
  await from.chat.send(from.chat.open(to).id, { text })
}

async function crossroads(): Promise<OpenHousehold> {
  const introducer = {
    name: 'The Crossroads',
    announce: [],
    stun: [],
    limits: DEFAULT_LIMITS,
    lists: { allow: [], deny: [] },
    maxConnections: 1_000,
    introducers: [],
  }
  return house({ name: 'The Crossroads', introducer })
}

const holdersOf = ({ mailbox }: OpenHousehold): string[] => mailbox.status().holders.map(({ kind, state }) => `${kind}: ${state}`)

async function invited(host: OpenHousehold, guest: OpenHousehold): Promise<void> {
  const { link } = await host.peers.invite(60 * MINUTE)
  await guest.peers.connect(link)
  const isContact = (here: OpenHousehold, there: OpenHousehold): boolean => here.contacts.isContact(there.me.account)
  await eventually('both are contacts', () => isContact(host, guest) && isContact(guest, host))
}

describe('an introducer', () => {
  test('holds for whoever comes by itself, and what was left with it comes when they are back', async () => {
    const ivy = await crossroads()
    const introducers = [await ivy.introduction.link()]
    const ann = await house({ name: 'Ann', introducers })
    const dataFolder = await folder()
    const bea = await openHousehold({ name: 'Bea', introducers, dataFolder })
    await eventually('it holds for both', () => [ann, bea].every((one) => holdersOf(one)[0] === 'introducer: held'))
    await invited(ann, bea)
    const device = bea.me.peerId
    await eventually('Ann has a card', () => ann.mailbox.canDeliver(device))
    await bea.close()
    const delivery = await eventually('it is held', async () => {
      const said = await ann.mailbox.deliver(device, new TextEncoder().encode('are you there?'))
      return said.outcome === 'held' && said
    })
    expect(delivery).toMatchObject({ by: { peerId: ivy.me.peerId, name: 'The Crossroads' } })
    expect(ivy.mailbox.status().held.find(({ account }) => account === bea.me.account)).toMatchObject({ letters: 1 })
    // Chat has no use for it, and says so.
    const back = await house({ name: 'Bea', introducers, dataFolder })
    const letters = (): number | undefined => ivy.mailbox.status().held.find(({ account }) => account === bea.me.account)?.letters
    await eventually('it is fetched, and held no more', () => letters() === 0)
    expect(holdersOf(back)).toEqual(['introducer: held'])
  })
})

describe('two who are never there at once', () => {
  test('talk all the same, each as soon as they are back', { timeout: 90_000 }, async () => {
    const ivy = await crossroads()
    const introducers = [await ivy.introduction.link()]
    const folders = await Promise.all([folder(), folder()])
    let ann = await openHousehold({ name: 'Ann', introducers, dataFolder: folders[0] })
    let bea = await openHousehold({ name: 'Bea', introducers, dataFolder: folders[1] })
    const [annId, beaId] = [ann.me, bea.me]
    await eventually('it holds for both', () => [ann, bea].every((one) => holdersOf(one)[0] === 'introducer: held'))
    await invited(ann, bea)
    await eventually('both have cards', () => ann.mailbox.canDeliver(beaId.peerId) && bea.mailbox.canDeliver(annId.peerId))
    await say(ann, beaId.account, 'while you are here')
    await eventually('that came', () => texts(bea, annId.account).includes('while you are here'))
    await bea.close()
    const lines = ['one', 'two', 'three']
    for (const line of lines) await say(ann, beaId.account, line)
    await eventually('all of it is held', () => statesOf(ann, beaId.account).every((state) => state === 'held' || state === 'delivered'), { withinMs: 30_000 })
    await ann.close()

    bea = await openHousehold({ name: 'Bea', introducers, dataFolder: folders[1] })
    await eventually('Bea has it', () => texts(bea, annId.account).length === 4, { withinMs: 30_000 })
    expect(texts(bea, annId.account)).toEqual(['while you are here', ...lines])
    await say(bea, annId.account, 'and back')
    await eventually('hers is held', () => statesOf(bea, annId.account).includes('held'), { withinMs: 30_000 })
    await bea.close()

    ann = await openHousehold({ name: 'Ann', introducers, dataFolder: folders[0] })
    await eventually('Ann has it', () => texts(ann, beaId.account).includes('and back'), { withinMs: 30_000 })
    await ann.close()
  })
})

describe('a contact', () => {
  test('is not asked before the person wants it; where a rule keeps it out it does not hold, and where one lets it in it does', async () => {
    const [ann, bea] = [await house({ name: 'Ann' }), await house({ name: 'Bea' })]
    await invited(ann, bea)
    expect(holdersOf(bea)).toEqual([])
    const no = ann.door.addRule({ who: { kind: 'contact' }, capability: 'hold-mail', verdict: 'deny' }, 'person')
    await bea.mailbox.ask(ann.me.account)
    expect(holdersOf(bea)).toEqual(['contact: refused'])
    ann.door.removeRule(no.id)
    ann.door.addRule({ who: { kind: 'contact' }, capability: 'hold-mail', verdict: 'allow' }, 'person')
    await bea.mailbox.ask(ann.me.account)
    expect(holdersOf(bea)).toEqual(['contact: held'])
    expect(ann.mailbox.status().held).toMatchObject([{ account: bea.me.account, letters: 0 }])
  })

  test('without a rule asks, and holds once somebody said yes', async () => {
    const [ann, bea] = [await house({ name: 'Ann' }), await house({ name: 'Bea' })]
    await invited(ann, bea)
    await bea.mailbox.ask(ann.me.account)
    expect(holdersOf(bea)).toEqual(['contact: asking'])
    const knock = await eventually('a knock', () => ann.door.pending()[0])
    expect(knock).toMatchObject({ account: bea.me.account, capability: 'hold-mail' })
    ann.door.answer(knock.id, { verdict: 'allow', until: 'forever' })
    await eventually('it holds', () => holdersOf(bea)[0] === 'contact: held')
  })
})
