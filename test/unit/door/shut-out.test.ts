import { beforeEach, expect, test } from 'vitest'
import { sealVerdict, type Verdict } from '../../../src/main/protocols/knock/index.ts'
import { AccountId, PeerId, RuleId, type KnockId } from '../../../src/shared/ids.ts'
import { eventually } from '../../helpers/eventually.ts'
import { Street, type House } from './street.ts'

/*
 * Al knocked at Bea's, and her yes opened his door for her too. When Al shuts her out, her verdicts, signed and numbered
 * upwards as often as she likes, are no way back in.
 */

let street: Street
let al: House
let bea: House
let knock: KnockId

beforeEach(async () => {
  street = new Street()
  al = await street.house('Al')
  bea = await street.house('Bea')
  knock = (await al.door.knock({ peerId: bea.peerId }, 'contact', '')).id
  bea.door.answer(knock, { verdict: 'allow', until: 'forever' })
  await eventually('Al hears that he is allowed', () => al.door.sent()[0]?.state === 'allowed')
  expect(await al.admits(bea)).toBe('allow')
})

async function beaSays(verdict: Pick<Verdict, 'seq' | 'outcome'> & { until?: 'forever' }): Promise<unknown> {
  const whole = { id: knock, to: al.peerId, capability: 'contact', ...verdict } as Verdict
  street.connect(bea, al.peerId)
  return al.ask(street.seen(bea, al), { kind: 'verdict', envelope: await sealVerdict(whole, bea.key) })
}

async function beaSaysNoAndYesAgain(): Promise<unknown> {
  await beaSays({ seq: 8, outcome: 'denied' })
  return beaSays({ seq: 9, outcome: 'allowed', until: 'forever' })
}

test('somebody forgotten does not come back by a new verdict on an old knock', async () => {
  al.door.forget(bea.account)
  expect(al.door.rules()).toEqual([])
  expect(await beaSaysNoAndYesAgain()).toMatchObject({ status: 'refused' })
  expect(await al.admits(bea)).toBe('knock-first')
})

test('nor does somebody whose rule was switched off or removed, before and after a restart', async () => {
  const id = RuleId.parse(al.door.rules()[0]?.id)
  al.door.enableRule(id, false)
  expect(await beaSaysNoAndYesAgain()).toMatchObject({ status: 'refused' })
  al.door.removeRule(id)
  await al.restart()
  expect(await beaSaysNoAndYesAgain()).toMatchObject({ status: 'refused' })
  expect(await al.admits(bea)).toBe('knock-first')
})

test('a hundred blocked accounts do not cost a hundred reads of the disk for each stream of everybody', async () => {
  for (let n = 0; n < 100; n += 1) al.door.block(AccountId.parse(`k51z${n.toString(36).padStart(58, '0')}`), true)
  al.listsRead = 0
  const stranger = PeerId.parse(`12D3KooW${'Z'.repeat(44)}`)
  for (let streams = 0; streams < 50; streams += 1) expect(al.door.admitsConnection(stranger)).toBe(true)
  expect(al.listsRead).toBe(100)
})

test('a device of an account that is blocked is refused from that moment on', async () => {
  const cem = await street.house('Cem')
  expect(al.door.admitsConnection(cem.peerId)).toBe(true)
  al.door.block(cem.account, true)
  expect(al.door.admitsConnection(cem.peerId)).toBe(false)
  al.door.block(cem.account, false)
  expect(al.door.admitsConnection(cem.peerId)).toBe(true)
})

test('a knock that is still open when somebody is forgotten is cancelled, and its yes comes too late', async () => {
  const cem = await street.house('Cem')
  const { id } = await al.door.knock({ peerId: cem.peerId }, 'contact', '')
  al.door.forget(cem.account)
  expect(al.door.sent()[0]).toMatchObject({ id, state: 'cancelled' })
  cem.door.answer(id, { verdict: 'allow', until: 'forever' })
  await eventually('the yes to be refused', async () => (await al.admits(cem)) === 'knock-first')
  expect(al.door.rules().map(({ who }) => who)).not.toContainEqual({ kind: 'account', account: cem.account })
})
