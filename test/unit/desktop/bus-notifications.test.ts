import { createClient, type MessageBus } from 'dbus-native'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createBusNotifications } from '../../../src/main/desktop/bus-notifications.ts'
import type { Notice } from '../../../src/main/desktop/notice.ts'
import { watchForNotices } from '../../../src/main/desktop/notices.ts'
import { sessionBusAddress } from '../../../src/main/desktop/notification-bus.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { ConversationId } from '../../../src/shared/ids.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { busKind, NotificationDesk, openPrivateBus, type OnDesk, type PrivateBus } from '../../helpers/notification-desk.ts'
import { bea, House, knockIdOf, personOf } from './notices-scene.ts'

let bus: PrivateBus
let clock: FakeClock
let house: House
/** What was shown without buttons instead. */
let plain: Notice[]
let notifications: ReturnType<typeof createBusNotifications>
let ending: AbortController
const desks: NotificationDesk[] = []
const strangers: MessageBus[] = []

beforeEach(async () => {
  bus = await openPrivateBus()
  clock = new FakeClock()
  house = new House()
  house.people.set(bea, personOf(bea))
  plain = []
  notifications = createBusNotifications({
    address: bus.address,
    plain: (notice, onChoice) => {
      plain.push(notice)
      onChoice('open', 0)
      return { withdraw: () => void plain.splice(plain.indexOf(notice), 1) }
    },
    clock,
    log: silentLog,
  })
  ending = new AbortController()
  watchForNotices({ ...house.parts(), show: notifications.show, clock, log: silentLog }, ending.signal)
  await Promise.resolve()
})

afterEach(async () => {
  ending.abort()
  notifications.end()
  for (const desk of desks.splice(0)) await desk.leave()
  for (const stranger of strangers.splice(0)) await stranger.close()
  await bus.close()
})

async function openDesk(capabilities?: readonly string[]): Promise<NotificationDesk> {
  const desk = await NotificationDesk.open(bus.address, capabilities)
  desks.push(desk)
  return desk
}

/** A knock, as the desk shows it; its time on the screen begins now or a little before. */
async function knockOn(desk: NotificationDesk, letter = 'a'): Promise<OnDesk> {
  const before = desk.all.length
  house.knock({ id: knockIdOf(letter) })
  return eventually('the knock is on the desk', () => desk.all[before])
}

/** Everything that the desk said so far was heard: it answers a call after it. */
const heard = async (desk: NotificationDesk): Promise<void> => {
  const before = desk.all.length
  house.say(`marker ${before}`)
  await clock.advance(10_000)
  house.say(`marker ${before}`)
  await eventually('the marker', () => desk.all.length > before)
}

describe(`notifications over ${busKind}`, () => {
  it('show who knocks and what for, with what can be answered, as long as the question stands', async () => {
    const desk = await openDesk()
    house.knock()
    expect(await eventually('the knock', () => desk.onScreen[0])).toEqual({
      id: 1,
      app: 'Latch',
      title: 'Bea knocks',
      body: 'Bea would like to chat. Nothing is let in until you answer.',
      actions: ['default', 'Open', 'deny', 'Deny', 'allow', 'Allow once', 'open', 'Open'],
      hints: { 'urgency': 1, 'category': 'im', 'desktop-entry': 'latch' },
      forMs: 60_000,
    })
    expect(plain).toEqual([])
  })

  it('answer once with deny, however often it comes back', async () => {
    const desk = await openDesk()
    const { id } = await knockOn(desk)
    desk.invoke(id, 'deny')
    desk.invoke(id, 'deny')
    desk.invoke(id, 'allow')
    desk.press(id, 'deny')
    await eventually('the answer', () => house.answered.length > 0)
    await heard(desk)
    expect(house.answered).toEqual([{ id: knockIdOf('a'), answer: { verdict: 'deny', until: 'once' } }])
    expect(desk.onScreen.some((shown) => shown.id === id)).toBe(false)
    expect(house.opened).toEqual([])
  })

  it('let in once after 700 ms on the screen; before that the window only opens', async () => {
    const desk = await openDesk()
    desk.press((await knockOn(desk)).id, 'allow')
    await eventually('the window', () => house.opened.length > 0)
    expect(house.opened).toEqual(['/door'])
    expect(house.answered).toEqual([])

    const later = await knockOn(desk, 'b')
    await heard(desk)
    desk.press(later.id, 'allow')
    await eventually('the answer', () => house.answered.length > 0)
    expect(house.answered).toEqual([{ id: knockIdOf('b'), answer: { verdict: 'allow', until: 'once' } }])
  })

  it('open the door by a click beside the buttons, and by their own', async () => {
    const desk = await openDesk()
    desk.press((await knockOn(desk)).id, 'default')
    desk.press((await knockOn(desk, 'b')).id, 'open')
    await eventually('the window, twice', () => house.opened.length === 2)
    expect(house.opened).toEqual(['/door', '/door'])
    expect(house.answered).toEqual([])
  })

  it('take an answer typed on them, where the desktop has a field for it', async () => {
    const desk = await openDesk(['body', 'actions', 'inline-reply'])
    const { conversation } = house.say('where are you')
    const shown = await eventually('the message', () => desk.onScreen[0])
    expect(shown.actions).toEqual(['default', 'Open', 'inline-reply', 'Reply'])
    expect(shown.hints).toMatchObject({ 'x-kde-reply-placeholder-text': 'Reply to Bea' })
    desk.reply(shown.id, 'nearly there')
    await eventually('the answer', () => house.sent.length > 0)
    expect([house.sent, house.opened]).toEqual([[{ conversation, text: 'nearly there' }], []])
  })

  it('open the conversation where there is none', async () => {
    const desk = await openDesk()
    const { conversation } = house.say('where are you')
    const shown = await eventually('the message', () => desk.onScreen[0])
    expect(shown.actions).toEqual(['default', 'Open'])
    desk.press(shown.id, 'default')
    await eventually('the window', () => house.opened.length > 0)
    expect(house.opened).toEqual([`/chats/${conversation}`])
  })

  it('answer nothing by a key that was not offered, by one that was closed, and by a number that is no notification', async () => {
    const desk = await openDesk()
    const { id } = await knockOn(desk)
    await heard(desk)
    for (const key of ['', 'allow-forever', 'default ', '__proto__']) desk.invoke(id, key)
    desk.invoke(id + 40, 'allow')
    desk.dismiss(id)
    desk.invoke(id, 'allow')
    await heard(desk)
    expect(house.answered).toEqual([])
    expect(house.opened).toEqual([])
  })

  it.each(['allowed', 'missed', 'withdrawn'] as const)('are closed when the knock is %s elsewhere', async (state) => {
    const desk = await openDesk()
    const { id } = await knockOn(desk)
    house.knock({ state })
    await eventually('it is closed', () => desk.onScreen.length === 0)
    desk.invoke(id, 'allow')
    await heard(desk)
    expect(house.answered).toEqual([])
  })

  it('never come when the knock was over before the desktop answered', async () => {
    const desk = await openDesk()
    house.knock()
    await new Promise((resolve) => setImmediate(resolve))
    house.knock({ state: 'withdrawn' })
    await heard(desk)
    expect(desk.onScreen.filter(({ title }) => title === 'Bea knocks')).toEqual([])
  })

  it('are closed when the app ends', async () => {
    const desk = await openDesk()
    await knockOn(desk)
    ending.abort()
    await eventually('it is closed', () => desk.onScreen.length === 0)
  })

  it('are deaf to every other program of the session', async () => {
    const desk = await openDesk()
    const { id } = await knockOn(desk)
    await heard(desk)
    const stranger = createClient({ busAddress: bus.address })
    strangers.push(stranger)
    const names = (await stranger.listNames()).filter((name: string) => name.startsWith(':'))
    for (const destination of names) {
      stranger.connection.message({
        type: 4,
        serial: 100,
        path: '/org/freedesktop/Notifications',
        interface: 'org.freedesktop.Notifications',
        member: 'ActionInvoked',
        destination,
        signature: 'us',
        body: [id, 'allow'],
      })
    }
    await stranger.listNames()
    await heard(desk)
    expect(house.answered).toEqual([])
    expect(house.opened).toEqual([])
  })

  it('carry no markup of a stranger', async () => {
    const desk = await openDesk()
    house.people.clear()
    house.knock({ claimedName: '<a href="https://evil.example">Bea</a> & <b>' })
    const { title, body } = await eventually('the knock', () => desk.onScreen[0])
    expect(title).toBe('Somebody new knocks')
    expect(body).toContain('“&lt;a href="https://evil.example"&gt;Bea&lt;/a&gt; &amp; &lt;b&gt;”')
  })

  it('carry nothing that could be markup, where the desktop says that it reads none', async () => {
    const desk = await openDesk(['body', 'actions'])
    house.people.clear()
    house.knock({ claimedName: '<b>Bea & Co' })
    expect((await eventually('the knock', () => desk.onScreen[0])).body).toContain('“‹b›Bea & Co”')
  })

  it('are plain ones that open the door, where the desktop knows no buttons', async () => {
    const desk = await openDesk(['body'])
    house.knock()
    await eventually('the window', () => house.opened.length > 0)
    expect(house.opened).toEqual(['/door'])
    expect(desk.all).toEqual([])
  })

  it('are plain ones where nothing shows notifications, and have buttons again once something does', async () => {
    house.knock()
    await eventually('the plain one', () => plain.length === 1 || house.opened.length === 1)
    const desk = await openDesk()
    expect((await knockOn(desk, 'b')).title).toBe('Bea knocks')
  })

  it('go on with another service after the first one went', async () => {
    const first = await openDesk()
    await knockOn(first)
    await first.leave()
    const second = await openDesk()
    const { id } = await eventually('it is on the second', async () => {
      house.knock({ id: knockIdOf('b') })
      house.knock({ id: knockIdOf('b'), state: 'withdrawn' })
      house.knock({ id: knockIdOf('c') })
      return second.onScreen.find(({ title }) => title === 'Bea knocks')
    })
    // The one of the first service is over; its number may be another's by now.
    house.knock({ state: 'withdrawn' })
    await heard(second)
    expect(second.onScreen.some((shown) => shown.id === id)).toBe(true)
    second.press(id, 'deny')
    await eventually('the answer', () => house.answered.length > 0)
    expect(house.answered).toEqual([{ id: knockIdOf('c'), answer: { verdict: 'deny', until: 'once' } }])
  })

  it('at most 32 stay on the screen, and the newest of them', async () => {
    const desk = await openDesk()
    // Each in a conversation of its own: of one, only the newest is on the screen.
    const letters = 'abcdefghijklmnopqrstuvwxyz234567'
    for (let at = 0; at < 40; at += 1) {
      house.say(`${at}`, { conversation: ConversationId.parse(`${letters[at % 32]}${letters[Math.floor(at / 32)]}`.repeat(26)) })
      await clock.advance(10_000)
    }
    await eventually('all were shown', () => desk.all.length === 40 && desk.onScreen.length === 32)
    expect(desk.onScreen[0]?.body).toBe('8')
  })
})

describe('the address of the session bus', () => {
  it('is a socket of this machine, and nothing that starts a program', () => {
    expect(sessionBusAddress({ DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/1/bus' })).toBe('unix:path=/run/user/1/bus')
    expect(sessionBusAddress({ DBUS_SESSION_BUS_ADDRESS: 'unixexec:path=/bin/sh;unix:abstract=a' })).toBe('unix:abstract=a')
    expect(sessionBusAddress({ DBUS_SESSION_BUS_ADDRESS: 'unixexec:path=/bin/sh' })).toBeNull()
    expect(sessionBusAddress({ DBUS_SESSION_BUS_ADDRESS: 'tcp:host=example.com,port=1' })).toBeNull()
    expect(sessionBusAddress({ XDG_RUNTIME_DIR: '/nowhere' })).toBeNull()
    expect(sessionBusAddress({})).toBeNull()
  })
})
