import { expect, test } from 'vitest'
import { joinDecisions } from '../../../../src/renderer/features/door/use-decisions.ts'
import {
  answered,
  applyDoorEvent,
  atTheDoor,
  calling,
  closedDoor,
  countCalling,
  countMissed,
  countPending,
  countQueued,
  lastSentTo,
  missed,
  resetDoor,
  type DoorState,
} from '../../../../src/renderer/features/door/state.ts'
import { placeText } from '../../../../src/renderer/features/door/knock-wording.ts'
import type { Decision, Knock } from '../../../../src/shared/model/door.ts'
import { accountOf, knockIdOf, peerIdOf, ruleIdOf } from '../../../gallery/ids.ts'
import { knock, sentKnock } from '../../../gallery/people.ts'

const NOW = 1_000_000
const at = (name: string, receivedMs: number, changes: Partial<Knock> = {}): Knock =>
  knock(name, { receivedMs, untilMs: receivedMs + 60_000, ...changes })
const changed = (state: DoorState, ...knocks: Knock[]): DoorState =>
  knocks.reduce((state, knock) => applyDoorEvent(state, { event: 'knock-changed', knock }), state)
const names = (knocks: Knock[]): string[] => knocks.map(({ claimedName }) => claimedName)

test('a snapshot is the whole truth about the door', () => {
  const before = changed(closedDoor, at('Bea', NOW))
  const blocked = [accountOf('Eve')]
  const after = resetDoor(before, { pending: [at('Jo', NOW)], recent: [], sent: [], rules: [], blocked })
  expect(names([...after.knocks.values()])).toEqual(['Jo'])
  expect(after.blocked).toEqual([accountOf('Eve')])
})

test('a new knock comes below the ones that stand there, so that none of them moves', () => {
  const state = changed(closedDoor, at('Bea', NOW - 2_000), at('Jo', NOW), at('Ines', NOW - 1_000))
  expect(names(atTheDoor(state, NOW))).toEqual(['Bea', 'Ines', 'Jo'])
})

test('an answered knock stays where it stood for as long as the answer can be taken back', () => {
  const answered = at('Bea', NOW - 2_000, { state: 'allowed', answeredMs: NOW, undoUntilMs: NOW + 10_000 })
  const state = changed(closedDoor, answered, at('Jo', NOW - 1_000))
  expect(names(atTheDoor(state, NOW + 9_999))).toEqual(['Bea', 'Jo'])
  expect(names(atTheDoor(state, NOW + 10_000))).toEqual(['Jo'])
})

test('a missed knock that is answered late stays in the list of missed ones', () => {
  const late = at('Bea', NOW - 100_000, { state: 'allowed', answeredMs: NOW, undoUntilMs: NOW + 10_000 })
  const state = changed(closedDoor, late, at('Jo', NOW - 90_000, { state: 'missed' }))
  expect(names(missed(state, NOW))).toEqual(['Jo', 'Bea'])
  expect(atTheDoor(state, NOW)).toEqual([])
  expect(countMissed(state)).toBe(1)
})

test('those who wait behind the shown ones are counted and not shown', () => {
  const state = changed(closedDoor, at('Bea', NOW), at('Jo', NOW + 1, { state: 'queued' }))
  expect(names(atTheDoor(state, NOW))).toEqual(['Bea'])
  expect([countPending(state), countQueued(state)]).toEqual([2, 1])
})

test('what came quietly stands at the door, and is counted and shown nowhere else', () => {
  const quiet = at('Jo', NOW + 1, { quiet: true })
  const state = changed(closedDoor, at('Bea', NOW), quiet, at('Ines', NOW + 2, { state: 'queued', quiet: true }))
  expect(names(atTheDoor(state, NOW))).toEqual(['Bea', 'Jo'])
  expect(names(calling(state))).toEqual(['Bea'])
  expect([countPending(state), countCalling(state)]).toEqual([3, 1])
  expect([countQueued(state), countQueued(state, true)]).toEqual([0, 1])
})

test('what was answered can be taken back from any screen, missed ones too, the latest last', () => {
  const just = (name: string, answeredMs: number, changes: Partial<Knock> = {}): Knock =>
    at(name, NOW - 100_000, { state: 'denied', answeredMs, undoUntilMs: answeredMs + 10_000, ...changes })
  const state = changed(closedDoor, just('Jo', NOW), just('Bea', NOW - 1_000), at('Ines', NOW))
  expect(names(answered(state, NOW))).toEqual(['Bea', 'Jo'])
  expect(names(answered(state, NOW + 9_500))).toEqual(['Jo'])
})

test('a flood of answered knocks is bounded, and whoever waits for an answer is never dropped', () => {
  const waiting = at('Bea', 0)
  const flood = Array.from({ length: 2_000 }, (_, index) => at(`Caller ${index}`, index + 1, { state: 'missed' }))
  const state = changed(closedDoor, waiting, ...flood)
  expect(state.knocks.size).toBe(200)
  expect(state.knocks.has(waiting.id)).toBe(true)
  expect(state.knocks.has(knockIdOf('Caller 1999'))).toBe(true)
})

test('rules come, change and go', () => {
  const rule = { id: ruleIdOf('x'), enabled: true } as never
  const state = applyDoorEvent(closedDoor, { event: 'rule-changed', rule })
  expect(state.rules.size).toBe(1)
  expect(applyDoorEvent(state, { event: 'rule-removed', id: ruleIdOf('x') }).rules.size).toBe(0)
})

test('the last knock sent to somebody for one thing is found, also among others', () => {
  const first = sentKnock('Bea', { id: knockIdOf('1'), sentMs: 1 })
  const last = sentKnock('Bea', { id: knockIdOf('2'), sentMs: 2 })
  const file = sentKnock('Bea', { id: knockIdOf('3'), sentMs: 3, capability: 'file' })
  const state = resetDoor(closedDoor, { pending: [], recent: [], sent: [last, first, file], rules: [], blocked: [] })
  expect(lastSentTo(state, accountOf('Bea'))).toEqual(last)
  expect(lastSentTo(state, accountOf('Jo'))).toBeNull()
})

test('pages of the log and what was decided meanwhile join without doubles, newest first', () => {
  const line = (seq: number): Decision => ({
    seq,
    atMs: seq,
    account: null,
    peerId: peerIdOf('x'),
    capability: 'contact',
    verdict: 'deny',
    why: '',
    rule: null,
    facts: null,
    by: 'default',
    hash: '',
  })
  expect(joinDecisions([line(4), line(3)], [line(3), line(2)]).map(({ seq }) => seq)).toEqual([4, 3, 2])
})

test('an address is said by its host, port and transport, and as it is where it has none', () => {
  expect(placeText('/ip4/198.51.100.7/tcp/4001')).toBe('198.51.100.7:4001 tcp')
  expect(placeText('/ip6/2001:db8::1/udp/4001/webrtc-direct/certhash/uEi')).toBe('[2001:db8::1]:4001 webrtc-direct')
  expect(placeText('/ip4/198.51.100.7/tcp/4001/p2p/12D3KooW/p2p-circuit')).toBe('198.51.100.7:4001 p2p-circuit')
  expect(placeText('/memory/1')).toBe('/memory/1')
})
