import { expect, test } from 'vitest'
import { admissionOf, letsIn, type KnownOfThem } from '../../../../src/renderer/features/chats/admission.ts'
import { anyMatch, type Rule, type SentKnock } from '../../../../src/shared/model/door.ts'
import { accountOf, ruleIdOf } from '../../../gallery/ids.ts'
import { conversation, messages, sentKnock } from '../../../gallery/people.ts'

const unknown: KnownOfThem = { conversation: null, messages: [], sent: null, letIn: false }
const sent = (state: SentKnock['state']): SentKnock => sentKnock('Bea', { state })
const state = (known: Partial<KnownOfThem>): string => admissionOf({ ...unknown, ...known }).state

test('somebody who was never asked has let nobody in', () => {
  expect(state({})).toBe('unasked')
  expect(state({ sent: sent('cancelled') })).toBe('unasked')
})

test('while a person is being asked, that is what is shown', () => {
  for (const open of ['sending', 'asked', 'working'] as const) expect(state({ sent: sent(open) })).toBe('asking')
})

test('each end of a knock but a yes leaves the door closed', () => {
  for (const end of ['denied', 'unanswered', 'busy', 'unreachable', 'silent'] as const) {
    expect(state({ sent: sent(end) })).toBe('refused')
  }
})

test('a yes opens it, in whichever direction it was given', () => {
  expect(state({ sent: sent('allowed') })).toBe('in')
  expect(state({ letIn: true })).toBe('in')
})

test('a message that arrived went through an open door', () => {
  const queued = messages('Bea', [['me', 0, 'hello', 'queued']])
  const delivered = messages('Bea', [['me', 0, 'hello', 'delivered']])
  const received = messages('Bea', [['them', 0, 'hello']])
  expect(state({ messages: queued, conversation: conversation('Bea', queued) })).toBe('unasked')
  expect(state({ messages: delivered })).toBe('in')
  expect(state({ conversation: conversation('Bea', received) })).toBe('in')
})

test('messages that wait for the door say that it is closed now, whatever was before', () => {
  const before = messages('Bea', [['me', 0, 'hello', 'read']])
  const closed = conversation('Bea', before, { waiting: 1, waitingFor: 'door' })
  expect(state({ messages: before, conversation: closed, sent: sent('allowed') })).toBe('unasked')
  expect(state({ messages: before, conversation: closed, sent: sent('denied') })).toBe('refused')
  expect(state({ messages: before, conversation: closed, sent: sent('asked') })).toBe('asking')
})

const rule: Rule = {
  id: ruleIdOf('Bea'),
  enabled: true,
  priority: 0,
  who: { kind: 'account', account: accountOf('Bea') },
  capability: 'contact',
  match: anyMatch,
  verdict: 'allow',
  until: { kind: 'forever' },
  note: '',
  origin: 'prompt',
  createdMs: 0,
  lastHitMs: null,
  hits: 0,
  suspended: null,
}

test('a rule lets somebody in only while it is in force, for them, for a chat', () => {
  const lets = (changes: Partial<Rule>): boolean => letsIn([{ ...rule, ...changes }], accountOf('Bea'), 1_000)
  expect(lets({})).toBe(true)
  expect(lets({ until: { kind: 'time', untilMs: 1_001 } })).toBe(true)
  expect(lets({ until: { kind: 'time', untilMs: 1_000 } })).toBe(false)
  expect(lets({ enabled: false })).toBe(false)
  expect(lets({ verdict: 'deny' })).toBe(false)
  expect(lets({ capability: 'file' })).toBe(false)
  expect(lets({ capability: 'anything' })).toBe(true)
  expect(lets({ suspended: { why: 'The name has another owner.', atMs: 0 } })).toBe(false)
  expect(lets({ who: { kind: 'anyone' } })).toBe(false)
  expect(lets({ who: { kind: 'account', account: accountOf('Jo') } })).toBe(false)
})
