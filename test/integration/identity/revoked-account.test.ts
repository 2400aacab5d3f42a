import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { HOUR } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHousehold, type HouseholdOptions, type OpenHousehold } from '../../helpers/households.ts'

const toClose: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of toClose.splice(0).toReversed()) await close()
})

async function house(options: HouseholdOptions & { name: string }): Promise<OpenHousehold> {
  const opened = await openHousehold(options)
  toClose.push(() => opened.close())
  return opened
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'latch-test-'))
  toClose.push(() => rm(path, { recursive: true, force: true }))
  return path
}

async function acquainted(host: OpenHousehold, guest: OpenHousehold): Promise<void> {
  await guest.peers.connect((await host.peers.invite(HOUR)).link)
  await eventually('both are contacts', () => host.contacts.isContact(guest.me.account) && guest.contacts.isContact(host.me.account))
}

const ofHers = 'Their account was revoked: nothing goes out to it any more.'
const ofOnesOwn = 'Your account was revoked: nobody who knows it takes anything from it.'

test('an account that was revoked is said to be: by its contact, by what waits for it, and by its own device', async () => {
  const revocation = join(await folder(), 'ada.latchrevocation')
  const adaAt = await folder()
  const beaAt = await folder()
  const ada = await house({ name: 'Ada', dataFolder: adaAt })
  const bea = await house({ name: 'Bea', dataFolder: beaAt })
  await acquainted(ada, bea)
  const { id } = bea.chat.open(ada.me.account)
  await bea.chat.send(id, { text: 'hello' })
  await eventually('Ada hears it', () => ada.chat.conversations()[0]?.last?.text === 'hello')
  bea.contacts.verify(ada.me.account, true)
  await ada.backup.revocation(revocation)

  // Bea keeps it for Ada, and tells.
  expect(await bea.backup.publishRevocation(revocation)).toMatchObject({ account: ada.me.account })
  expect(bea.contacts.get(ada.me.account)).toMatchObject({ trust: 'revoked', petname: 'Ada' })
  const { id: message } = await bea.chat.send(id, { text: 'are you there?' })
  await bea.chat.send(id, { text: 'Ada?' })
  expect(bea.chat.conversation(id)).toMatchObject({ waiting: 2, waitingFor: 'nobody', waitingWhy: ofHers })
  const { steps } = bea.chat.trace(message)
  expect(steps.map(({ step, detail }) => [step, detail])).toEqual([['queued', 'Stored on this device.'], ['waits', ofHers]])

  await eventually('Ada’s device hears of it', () => ada.node.identity.me().revokedMs !== undefined)
  expect(ada.node.identity.current()).toMatchObject({ state: 'ready', me: { name: 'Ada' } })
  const back = ada.chat.open(bea.me.account)
  await ada.chat.send(back.id, { text: 'what is this?' })
  await eventually('that it says why', () => ada.chat.conversation(back.id).waitingWhy === ofOnesOwn)
  expect(ada.chat.conversation(back.id).waiting).toBe(1)
  // Words that were compared before are no way around it.
  expect(bea.contacts.verify(ada.me.account, true).trust).toBe('revoked')

  const heardMs = ada.node.identity.me().revokedMs
  for (const [name, dataFolder] of [['Ada', adaAt], ['Bea', beaAt]] as const) {
    await (name === 'Ada' ? ada : bea).close()
    const again = await house({ name, dataFolder })
    if (name === 'Ada') {
      expect(again.node.identity.me().revokedMs).toBe(heardMs)
      await again.node.identity.rename('Ada of old')
      expect(again.node.identity.me()).toMatchObject({ name: 'Ada of old', revokedMs: heardMs })
    } else {
      expect(again.contacts.get(ada.me.account)?.trust).toBe('revoked')
      expect(again.chat.conversation(id)).toMatchObject({ waiting: 2, waitingWhy: ofHers })
    }
  }
})

test('nothing that is said in a group goes out to a member whose account was revoked, and the others have it', async () => {
  const [ada, bea, cleo] = [await house({ name: 'Ada' }), await house({ name: 'Bea' }), await house({ name: 'Cleo' })]
  await acquainted(ada, bea)
  await acquainted(bea, cleo)
  const revocation = join(await folder(), 'ada.latchrevocation')
  await ada.backup.revocation(revocation)
  const group = await bea.chat.groups.create({ title: 'Three', picture: null, history: 'all', members: [ada.me.account, cleo.me.account] })
  for (const one of [ada, cleo]) {
    await eventually(`${one.me.name} is asked in`, () => one.chat.conversations().some(({ kind }) => kind === 'group'))
    await one.chat.groups.answer(group, true)
  }
  await bea.backup.publishRevocation(revocation)
  await bea.chat.send(group, { text: 'of the three, two hear this' })
  await eventually('Cleo hears it', () => cleo.chat.conversations().some(({ last }) => last?.text.startsWith('of the three') === true))
  expect(ada.chat.conversations().some(({ last }) => last?.text.startsWith('of the three') === true)).toBe(false)
})
