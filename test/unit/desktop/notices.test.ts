import { beforeEach, describe, expect, it } from 'vitest'
import { bodyText, watchForNotices, type Notice } from '../../../src/main/desktop/notices.ts'
import { Feed } from '../../../src/main/platform/feed.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { ChatEvent } from '../../../src/shared/contract/chat.ts'
import type { DoorEvent, DoorSnapshot } from '../../../src/shared/contract/door.ts'
import { AccountId, ConversationId, KnockId, MessageId, PeerId } from '../../../src/shared/ids.ts'
import type { Message } from '../../../src/shared/model/chat.ts'
import type { Knock } from '../../../src/shared/model/door.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

const fail = (error: unknown): never => {
  throw error
}
const account = AccountId.parse(`k51${'a'.repeat(59)}`)
const conversation = ConversationId.parse('c'.repeat(52))

let clock: FakeClock
let chatFeed: Feed<ChatEvent>
let doorFeed: Feed<DoorEvent>
let pending: Knock[]
let told: Notice[]
beforeEach(async () => {
  clock = new FakeClock()
  chatFeed = new Feed(fail)
  doorFeed = new Feed(fail)
  pending = []
  told = []
  const snapshot = (): DoorSnapshot => ({ pending, recent: [], sent: [], rules: [], blocked: [] })
  const household = {
    chat: { watch: (signal?: AbortSignal) => chatFeed.watch(() => [], signal) },
    door: { watch: (signal?: AbortSignal) => doorFeed.watch(snapshot, signal) },
    contacts: { get: () => null },
  }
  const tell = (notice: Notice): void => void told.push(notice)
  watchForNotices({ household, tell, clock, log: silentLog }, new AbortController().signal)
  await Promise.resolve()
})

let made = 0
const message = (text: string, mine = false): Message => ({
  id: MessageId.parse(`bafyrei${'a'.repeat(52)}`),
  conversation,
  position: (made += 1),
  from: account,
  mine,
  text,
  sentMs: 1,
  storedMs: 1,
  state: mine ? 'queued' : 'received',
})
const say = (text: string, mine = false): void =>
  chatFeed.publish({ event: 'message-stored', message: message(text, mine) })

const knock = (state: Knock['state'], id = 'a'): Knock => ({
  id: KnockId.parse(id.repeat(26)),
  account,
  peerId: PeerId.parse(`12D3KooW${'A'.repeat(44)}`),
  claimedName: 'Bea',
  capability: 'contact',
  greeting: '',
  route: 'local',
  address: '/ip4/127.0.0.1/tcp/1',
  receivedMs: 1,
  untilMs: 2,
  requests: 1,
  before: 0,
  state,
  answeredMs: null,
  undoUntilMs: null,
})
const knocks = (state: Knock['state'], id?: string): void =>
  doorFeed.publish({ event: 'knock-changed', knock: knock(state, id) })

const toldAll = (count: number): Promise<true> => eventually(`${count} notices`, () => told.length === count)

describe('a message', () => {
  it('leads to the conversation with whoever sent it, as the window names it', async () => {
    say('On my way')
    await toldAll(1)
    expect(told).toEqual([{ title: 'A message', body: 'On my way', path: `/chats/${account}` }])
  })

  it('of one’s own is not told', async () => {
    say('mine', true)
    say('theirs')
    await toldAll(1)
    expect(told).toMatchObject([{ body: 'theirs' }])
  })

  it('is told once in ten seconds for each conversation, however many come', async () => {
    for (let at = 0; at < 500; at += 1) say(`${at}`)
    await toldAll(1)
    await clock.advance(10_000)
    say('later')
    await toldAll(2)
    expect(told).toMatchObject([{ body: '0' }, { body: 'later' }])
  })

  it('is still told after more came at once than a reader is let fall behind', async () => {
    for (let at = 0; at < 1_500; at += 1) say(`${at}`)
    await eventually('it reads again', () => {
      say('later')
      return told.length === 1
    })
  })
})

describe('a knock', () => {
  it('is told once, and again when it comes again', async () => {
    knocks('queued')
    knocks('pending')
    knocks('pending')
    knocks('missed')
    knocks('pending', 'b')
    await toldAll(2)
    const notice = { title: 'Bea knocks', body: 'Bea would like to chat. Nothing is let in until you answer.', path: '/door' }
    expect(told).toEqual([notice, notice])
  })

  it('that came while nobody read is told too', async () => {
    knocks('pending')
    await toldAll(1)
    pending = [knock('pending'), knock('pending', 'c')]
    for (let at = 0; at < 1_500; at += 1) knocks('pending')
    await toldAll(2)
  })
})

describe('the body of a notification', () => {
  it('is text, and no markup, where desktops read markup', () => {
    const body = '<a href="https://evil.example">5 < 6 & 7</a>'
    expect(bodyText(body, 'linux')).toBe('&lt;a href="https://evil.example"&gt;5 &lt; 6 &amp; 7&lt;/a&gt;')
    expect(bodyText(body, 'win32')).toBe(body)
  })

  it('is short, and cut between characters', () => {
    expect(bodyText('x'.repeat(1_000))).toHaveLength(160)
    expect(bodyText(`${'x'.repeat(159)}\u{1F600}`).isWellFormed()).toBe(true)
  })
})
