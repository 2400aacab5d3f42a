import { beforeEach, describe, expect, it, test } from 'vitest'
import { type Notice, type OnChoice, meaningOf } from '../../../src/main/desktop/notice.ts'
import { watchForNotices } from '../../../src/main/desktop/notices.ts'
import { bodyText, titleText } from '../../../src/main/desktop/notice-words.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { NameLabel } from '../../../src/shared/model/ledger.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { accountOf, bea, House, knockIdOf, personOf } from './notices-scene.ts'

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
  await Promise.resolve()
})

const toldAll = (count: number): Promise<true> => eventually(`${count} notices`, () => told.length === count)
/** Everything published so far was read: feeds take one turn, however much is in them. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const chooseOn = (at: number, id: string, shownForMs = 5_000): void => {
  const notice = told[at]
  if (notice === undefined) throw new Error(`there is no notice ${at}`)
  choose.get(notice)?.(id, shownForMs)
}

describe('a knock', () => {
  it('is told once, with what can be answered, and again when it comes again', async () => {
    house.knock({ state: 'queued' })
    house.knock()
    house.knock({ requests: 2 })
    house.knock({ state: 'missed' })
    house.knock({ id: knockIdOf('b') })
    await toldAll(2)
    const notice = {
      title: 'Bea knocks',
      body: 'Bea would like to chat. Nothing is let in until you answer.',
      buttons: [{ id: 'deny' }, { id: 'allow', label: 'Allow once' }, { id: 'open' }],
    }
    expect(told).toMatchObject([notice, notice])
  })

  it('of somebody without a name of yours does not pass for somebody with one', async () => {
    house.people.set(bea, personOf(bea, { petname: null }))
    house.knock({ claimedName: 'Bea', ledgerName: { name: 'bea.peer', sinceMs: 1 } })
    await toldAll(1)
    expect(told[0]?.title).toBe('Somebody new knocks')
    expect(told[0]?.body).toMatch(/^Somebody who calls themselves “Bea”, who owns bea\.peer, would like to chat\./)
  })

  it('of somebody whose devices changed is not allowed from a notification', async () => {
    house.people.set(bea, personOf(bea, { trust: 'changed' }))
    house.knock()
    await toldAll(1)
    expect(told[0]?.buttons.map(({ id }) => id)).toEqual(['deny', 'open'])
    chooseOn(0, 'allow')
    expect(house.answered).toEqual([])
  })

  it('that came while nobody read is told too, and what is over by then is taken away', async () => {
    house.knock()
    await toldAll(1)
    house.pending = [house.knock({ id: knockIdOf('c') })]
    for (let at = 0; at < 1_500; at += 1) house.knock({ id: knockIdOf('c') })
    await toldAll(2)
    await eventually('the first is gone', () => onScreen.size === 1)
  })

  it('that is answered on the notification of an earlier one with its id is not answered', async () => {
    house.knock()
    await toldAll(1)
    house.knock({ state: 'withdrawn' })
    house.knock({ capability: 'file' })
    await toldAll(2)
    chooseOn(0, 'allow')
    expect([house.answered, house.opened]).toEqual([[], []])
    chooseOn(1, 'allow')
    expect(house.answered).toHaveLength(1)
  })

  it('that comes quietly is not told, nor while nobody wants to be told, nor to somebody who looks at it', async () => {
    house.knock({ quiet: true })
    house.isLookedAt = true
    house.knock({ id: knockIdOf('b') })
    await settled()
    house.isLookedAt = false
    house.settings = { ...house.settings, notifications: false }
    house.knock({ id: knockIdOf('c') })
    await settled()
    house.settings = {
      ...house.settings,
      notifications: true,
      doNotDisturb: { on: true, untilMs: clock.nowMs() + 1_000, contacts: false },
    }
    house.knock({ id: knockIdOf('d') })
    house.say('psst')
    house.decide()
    await settled()
    expect(told).toEqual([])
    await clock.advance(1_000)
    house.knock({ id: knockIdOf('e') })
    await toldAll(1)
  })

  it('is taken from the screen when it is answered elsewhere, missed or withdrawn, and when the app ends', async () => {
    for (const [letter, state] of [['b', 'allowed'], ['c', 'missed'], ['d', 'withdrawn']] as const) {
      house.knock({ id: knockIdOf(letter) })
      await eventually('it is shown', () => onScreen.size === 1)
      house.knock({ id: knockIdOf(letter), state })
      await eventually('it is gone', () => onScreen.size === 0)
    }
    house.knock({ id: knockIdOf('e') })
    await eventually('it is shown', () => onScreen.size === 1)
    ending.abort()
    expect(onScreen.size).toBe(0)
  })

  it('of strangers who make room for one another is told six times in ten seconds, and of a contact all the same', async () => {
    for (let at = 0; at < 26; at += 1) {
      const letter = String.fromCodePoint(97 + at)
      if (letter === 'b') continue
      house.knock({ id: knockIdOf(letter), account: accountOf(letter) })
      house.knock({ id: knockIdOf(letter), account: accountOf(letter), state: 'withdrawn' })
    }
    house.knock({ id: knockIdOf('b') })
    await eventually('the contact', () => told.at(-1)?.title === 'Bea knocks')
    expect(told).toHaveLength(7)
  })
})

describe('an answer on a notification', () => {
  beforeEach(async () => {
    house.knock()
    await toldAll(1)
  })

  it('is given once, and the notification goes before it is', () => {
    chooseOn(0, 'deny')
    expect(onScreen.size).toBe(0)
    chooseOn(0, 'deny')
    chooseOn(0, 'allow')
    expect(house.answered).toEqual([{ id: knockIdOf('a'), answer: { verdict: 'deny', until: 'once' } }])
    expect(house.opened).toEqual([])
  })

  it('lets in once after 700 ms on the screen, and before that only opens the door', async () => {
    chooseOn(0, 'allow', 699)
    expect(house.answered).toEqual([])
    expect(house.opened).toEqual(['/door'])
    house.knock({ id: knockIdOf('b') })
    await toldAll(2)
    chooseOn(1, 'allow', 700)
    expect(house.answered).toEqual([{ id: knockIdOf('b'), answer: { verdict: 'allow', until: 'once' } }])
  })

  it('lets nobody in from a locked screen', () => {
    house.isLocked = true
    chooseOn(0, 'allow')
    expect(house.answered).toEqual([])
    expect(house.opened).toEqual(['/door'])
  })

  it('that is not known answers nothing, and the right one still does', () => {
    for (const id of ['', 'allow-forever', 'ALLOW', '__proto__', 'constructor']) chooseOn(0, id)
    expect(house.answered).toEqual([])
    expect(onScreen.size).toBe(1)
    chooseOn(0, 'deny')
    expect(house.answered).toHaveLength(1)
  })

  it('that comes too late opens the door, where it stands how it is', () => {
    house.answered.push({ id: knockIdOf('a'), answer: { verdict: 'ignore' } })
    chooseOn(0, 'allow')
    expect(house.answered).toHaveLength(1)
    expect(house.opened).toEqual(['/door'])
  })
})

describe('whoever comes in by a rule that says to tell', () => {
  it('is told of once a minute, with what for', async () => {
    house.decide()
    house.decide({ capability: 'visit' })
    house.decide({ verdict: 'allow' })
    house.decide({ account: null })
    await settled()
    expect(told).toEqual([{ title: 'Bea came in', body: 'Files, by your rule.', buttons: [], untilMs: null }])
    chooseOn(0, 'open')
    expect(house.opened).toEqual(['/door/log'])
    await clock.advance(60_000)
    house.decide({ capability: 'visit' })
    await settled()
    expect(told.at(-1)?.body).toBe('A visit to your site, by your rule.')
  })

  it('is told of six times a minute where a rule lets in many', async () => {
    for (let at = 0; at < 20; at += 1) house.decide({ account: accountOf(String.fromCodePoint(98 + at)) })
    await settled()
    expect(told).toHaveLength(6)
  })
})

describe('a name whose term ends', () => {
  const sentence = 'The term of adele.peer ends in 7 days.'
  const remind = (): void =>
    house.names.publish({ event: 'reminder', name: NameLabel.parse('adele'), fullName: 'adele.peer', sentence, daysLeft: 7 })

  it('is told of, and leads to the name', () => {
    remind()
    expect(told).toEqual([{ title: 'adele.peer', body: sentence, buttons: [], untilMs: null }])
    chooseOn(0, 'open')
    expect(house.opened).toEqual(['/names/of/adele'])
    ending.abort()
    remind()
    expect(told).toHaveLength(1)
  })

  it('is not told of by a notification to whoever looks at the window, or wants none', () => {
    house.isLookedAt = true
    remind()
    house.isLookedAt = false
    house.settings = { ...house.settings, notifications: false }
    remind()
    expect(told).toEqual([])
  })
})

test.each([
  ['open', 0, 'open'],
  ['deny', 0, 'deny'],
  ['allow', 0, 'open'],
  ['allow', 700, 'allow'],
  ['allow', Number.NaN, 'open'],
  ['default', 5_000, 'nothing'],
] as const)('the choice %s after %d ms means %s', (id, shownForMs, meaning) => {
  const buttons = [{ id: 'deny', label: 'Deny' }, { id: 'allow', label: 'Allow' }] as const
  expect(meaningOf(id, { buttons }, { shownForMs, isLocked: false })).toBe(meaning)
})

describe('the words of a notification', () => {
  it('are text, and no markup, where desktops read markup', () => {
    const body = '<a href="https://evil.example">5 < 6 & 7</a>'
    expect(bodyText(body, 'markup')).toBe('&lt;a href="https://evil.example"&gt;5 &lt; 6 &amp; 7&lt;/a&gt;')
    expect(bodyText(body, 'plain')).not.toMatch(/[<>]/)
    expect(bodyText(body, 'exact')).toBe(body)
  })

  it('are short, on one line, and cut between characters', () => {
    expect(bodyText('x'.repeat(1_000), 'exact')).toHaveLength(160)
    expect(bodyText(`${'x'.repeat(159)}\u{1F600}`, 'exact').isWellFormed()).toBe(true)
    expect(titleText('Bea\n\u202Eknocks')).toBe('Bea knocks')
  })
})
