import { beforeEach, describe, expect, it } from 'vitest'
import type { Notice, OnChoice } from '../../../src/main/desktop/notice.ts'
import { watchForNotices } from '../../../src/main/desktop/notices.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { defaultChoices } from '../../../src/shared/model/chat.ts'
import type { Group } from '../../../src/shared/model/groups.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { accountOf, ada, bea, conversationOf, House, personOf } from './notices-scene.ts'

const talk = conversationOf(bea)
const hikers = conversationOf(accountOf('h'))
let clock: FakeClock
let house: House
let told: Notice[]
let onScreen: Set<Notice>
let choose: Map<Notice, OnChoice>
let ending: AbortController

beforeEach(async () => {
  clock = new FakeClock()
  house = new House()
  house.people.set(bea, personOf(bea))
  house.talk(talk)
  told = []
  onScreen = new Set()
  choose = new Map()
  ending = new AbortController()
  const show = (notice: Notice, onChoice: OnChoice) => {
    told.push(notice)
    onScreen.add(notice)
    choose.set(notice, onChoice)
    return { withdraw: () => void onScreen.delete(notice) }
  }
  watchForNotices({ ...house.parts(), show, clock, log: silentLog }, ending.signal)
  await settled()
})

/** Everything published so far was read: feeds take one turn, however much is in them. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const toldAll = (count: number): Promise<true> => eventually(`${count} notices`, () => told.length === count)
function chooseOn(at: number, id: string, text?: string): void {
  const notice = told[at]
  if (notice === undefined) throw new Error(`there is no notice ${at}`)
  choose.get(notice)?.(id, 5_000, text)
}
const group = (changes: Partial<Group> = {}): Group => ({
  id: hikers,
  title: 'Hikers',
  picture: null,
  history: 'all',
  whoAdds: 'moderators',
  members: [],
  role: 'member',
  state: 'joined',
  by: bea,
  createdMs: 1,
  ...changes,
})

describe('a message', () => {
  it('leads to the conversation with whoever sent it, as the window names them', async () => {
    house.say('On my way')
    await toldAll(1)
    expect(told).toEqual([{ title: 'Bea', body: 'On my way', buttons: [], untilMs: null, reply: 'Reply to Bea' }])
    chooseOn(0, 'open')
    expect(house.opened).toEqual([`/chats/${bea}`])
  })

  it('says as much as the person wants others to read', async () => {
    house.settings = { ...house.settings, notificationText: 'who' }
    house.say('a secret')
    await toldAll(1)
    house.settings = { ...house.settings, notificationText: 'nothing' }
    await clock.advance(10_000)
    house.say('a secret')
    await toldAll(2)
    expect(told).toMatchObject([{ title: 'Bea', body: 'A message' }, { title: 'Latch', body: 'A message' }])
    expect(JSON.stringify(told[1])).not.toContain('Bea')
    expect(told[1]?.reply).toBeUndefined()
  })

  it('of one’s own, of last month, of what happened in a group, or without its words, is not told', async () => {
    house.say('mine', { mine: true })
    house.say('old', {}, false)
    house.say('', { kind: 'notice' })
    house.say('', { kind: 'missing' })
    house.say('theirs')
    await toldAll(1)
    expect(told).toMatchObject([{ body: 'theirs' }])
  })

  it('is told once in ten seconds for each conversation, and then with how many came', async () => {
    for (let at = 0; at < 500; at += 1) house.say(`${at}`)
    await toldAll(1)
    await clock.advance(10_000)
    house.say('later')
    await toldAll(2)
    expect(told).toMatchObject([{ title: 'Bea', body: '0' }, { title: 'Bea (500 messages)', body: 'later' }])
    expect(onScreen.size).toBe(1)
  })

  it('is still told after more came at once than a reader is let fall behind', async () => {
    for (let at = 0; at < 1_500; at += 1) house.say(`${at}`)
    await eventually('it reads again', () => {
      house.say('later')
      return told.length === 1
    })
  })

  it('of a group says who and where', async () => {
    house.talk(hikers, { kind: 'group', with: null, group: group() })
    house.say('up the hill', { conversation: hikers })
    await toldAll(1)
    expect(told).toMatchObject([{ title: 'Bea in Hikers', body: 'up the hill', reply: 'Reply to Hikers' }])
    chooseOn(0, 'open')
    expect(house.opened).toEqual([`/chats/${hikers}`])
  })

  it('of a conversation that is muted or put away is told only where it is for this person', async () => {
    const untilMs = clock.nowMs() + 60_000
    house.talk(talk, { choices: { ...defaultChoices, muted: { untilMs } } })
    house.say('not told')
    house.say('for you', { mentions: [ada] })
    await toldAll(1)
    house.talk(talk, { choices: { ...defaultChoices, archived: true } })
    await clock.advance(60_000)
    house.say('not told either')
    house.say('an answer', { reply: { id: house.messageOf('mine').id, from: ada, text: 'mine', kind: 'text' } })
    await toldAll(2)
    house.talk(talk, { choices: { ...defaultChoices, muted: { untilMs } } })
    house.say('the time is over')
    await toldAll(3)
    expect(told.map(({ body }) => body)).toEqual(['for you', 'an answer', 'the time is over'])
  })

  it('is taken from the screen when it is read, taken back or removed, and when the app ends', async () => {
    house.say('one')
    await eventually('it is shown', () => onScreen.size === 1)
    house.talk(talk, { unread: 1 })
    house.talk(talk, { unread: 0 })
    await eventually('it was read', () => onScreen.size === 0)
    await clock.advance(10_000)
    const two = house.say('two')
    await eventually('it is shown', () => onScreen.size === 1)
    house.chat.publish({ event: 'message-changed', message: { ...two, kind: 'deleted', text: '' } })
    await eventually('it was taken back', () => onScreen.size === 0)
    await clock.advance(10_000)
    const three = house.say('three')
    await eventually('it is shown', () => onScreen.size === 1)
    house.chat.publish({ event: 'messages-removed', conversation: talk, ids: [three.id] })
    await eventually('it was removed', () => onScreen.size === 0)
    await clock.advance(10_000)
    house.say('four')
    await eventually('it is shown', () => onScreen.size === 1)
    ending.abort()
    expect(onScreen.size).toBe(0)
  })

  it('does not disturb who does not want it, or looks at the window', async () => {
    house.isLookedAt = true
    house.say('seen already')
    await settled()
    house.isLookedAt = false
    house.settings = { ...house.settings, doNotDisturb: { on: true, untilMs: null, contacts: false } }
    house.say('psst', { mentions: [ada] })
    await settled()
    expect(told).toEqual([])
  })

  it('names its files where it has no words', async () => {
    const file = { file: 'x', name: 'plan.pdf', bytes: 1, type: 'application/pdf', kind: 'file', width: null, height: null, durationMs: null, wave: null, thumbnail: null, files: null }
    house.say('', { kind: 'files', files: [file as never] })
    await toldAll(1)
    expect(told[0]?.body).toBe('plan.pdf')
  })
})

describe('an answer typed on a notification', () => {
  it('is sent to that conversation, which is read by that', async () => {
    const message = house.say('where are you')
    await toldAll(1)
    chooseOn(0, 'reply', 'nearly there')
    await eventually('it is read', () => house.read.length === 1)
    expect([house.sent, house.read, house.opened]).toEqual([[{ conversation: talk, text: 'nearly there' }], [message.position], []])
  })

  it('of nothing, or on a locked screen, opens the conversation instead', async () => {
    house.say('where are you')
    await toldAll(1)
    chooseOn(0, 'reply', '  ')
    house.isLocked = true
    chooseOn(0, 'reply', 'as if it were me')
    await settled()
    expect([house.sent, house.opened]).toEqual([[], [`/chats/${bea}`, `/chats/${bea}`]])
  })

  it('that cannot be sent opens the conversation, which says why', async () => {
    house.isSendingRefused = true
    house.say('where are you')
    await toldAll(1)
    chooseOn(0, 'reply', 'nearly there')
    await eventually('it opens', () => house.opened.length === 1)
    expect(house.read).toEqual([])
  })
})

describe('an invitation to a group', () => {
  it('is told once', async () => {
    house.talk(hikers, { kind: 'group', with: null, group: group({ state: 'invited' }) })
    house.talk(hikers, { unread: 0 })
    await toldAll(1)
    expect(told).toMatchObject([{ title: 'Bea', body: 'You are invited to Hikers.' }])
  })
})

describe('the number on the icon', () => {
  it('is what is unread, of conversations that are muted or put away what is for this person', async () => {
    house.talk(talk, { unread: 3 })
    house.talk(hikers, { kind: 'group', with: null, group: group(), unread: 40, unreadMentions: 2, choices: { ...defaultChoices, muted: { untilMs: null } } })
    house.talk(talk, { unread: 3 })
    await settled()
    expect(house.badges).toEqual([3, 5])
    house.chat.publish({ event: 'conversation-removed', conversation: hikers })
    await settled()
    ending.abort()
    expect(house.badges).toEqual([3, 5, 3, 0])
  })
})
