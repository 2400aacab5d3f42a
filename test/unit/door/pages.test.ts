import { beforeEach, describe, expect, test } from 'vitest'
import { PAGES_LAST_MS } from '../../../src/main/features/door/limits.ts'
import type { PageOf } from '../../../src/main/features/door/index.ts'
import type { Admission } from '../../../src/main/platform/streams.ts'
import type { KnockId } from '../../../src/shared/ids.ts'
import { nothingMore, type About, type Knock } from '../../../src/shared/model/door.ts'
import { MINUTE, SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { knocks, stateAt } from './asks.ts'
import { Street, type House } from './street.ts'

let street: Street
/** Whose page it is. */
let al: House
/** Who has it open. */
let bea: House

beforeEach(async () => {
  street = new Street()
  al = await street.house('Al')
  bea = await street.house('Bea')
})

interface Asked {
  readonly answer: Promise<string>
  readonly knock: KnockId | null
  readonly give: (why: Error) => void
}

function said(admission: Admission): string {
  return admission.verdict === 'allow' ? 'allow' : `${admission.code}: ${admission.why}`
}

/** The page `site` of Al, open at Bea's, wants to load from `name`. */
function asks(name: string, more: Partial<PageOf> & { about?: Partial<About> } = {}): Asked {
  const { about, ...of } = more
  street.connect(al, bea.peerId)
  const page: PageOf = { account: al.account, peerId: al.peerId, peer: street.seen(al, bea), ...of }
  const giving = new AbortController()
  let knock: KnockId | null = null
  const admission = bea.door.ask('load', page, { ...nothingMore, name, ...about }, giving.signal, (id) => (knock = id))
  const answer = admission.then(said, (why: unknown) => `gave up: ${String(why)}`)
  return { answer, knock, give: (why) => giving.abort(why) }
}

function idOf({ knock }: Asked): KnockId {
  if (knock === null) throw new Error('nobody is asked')
  return knock
}

const atDoor = (): Knock[] => bea.door.pending()
const always = { verdict: 'allow', until: 'forever', scope: 'this' } as const

describe('what a page that is open here asks', () => {
  test('is put before the person as a question of a page, and of the name alone', async () => {
    const asked = asks('cem.peer', { site: 'app.al.peer', about: { path: '/pixel.gif', bytes: 7 } })
    expect(atDoor()).toMatchObject([
      {
        id: idOf(asked),
        account: al.account,
        claimedName: 'Al',
        capability: 'load',
        about: { name: 'cem.peer', bytes: null, path: null },
        page: { site: 'app.al.peer' },
        state: 'pending',
        requests: 1,
        before: 0,
        untilMs: street.clock.nowMs() + 60 * SECOND,
      },
    ])
    bea.door.answer(idOf(asked), { verdict: 'allow', until: 'once' })
    expect(await asked.answer).toBe('allow')
  })

  test('is decided at once where a rule speaks, and asked once more when it is gone', async () => {
    const rule = { who: { kind: 'contact' }, capability: 'load', verdict: 'allow' } as const
    bea.contacts.add(al.account)
    const { id } = bea.door.addRule(rule, 'person')
    expect(await asks('cem.peer').answer).toBe('allow')
    bea.door.removeRule(id)
    expect(asks('cem.peer').knock).not.toBeNull()
  })

  test('that is always allowed makes a rule for that name, which lets in that name alone', async () => {
    const asked = asks('cem.peer')
    bea.door.answer(idOf(asked), always)
    expect(await asked.answer).toBe('allow')
    expect(bea.door.rules()).toMatchObject([
      { who: { kind: 'account', account: al.account }, capability: 'load', match: { name: 'cem.peer' }, verdict: 'allow', until: { kind: 'forever' } },
    ])
    expect(await asks('cem.peer').answer).toBe('allow')
    expect(asks('dan.peer').knock).not.toBeNull()
  })

  test('that is allowed once is so while the connection lasts over which the page came, for many requests', async () => {
    const asked = asks('cem.peer')
    bea.door.answer(idOf(asked), { verdict: 'allow', until: 'once', scope: 'this' })
    await asked.answer
    expect(await asks('cem.peer').answer).toBe('allow')
    street.disconnect(al, bea)
    expect(asks('cem.peer').knock).not.toBeNull()
  })

  test('from a copy has no connection: once is until it has asked for nothing for ten minutes', async () => {
    const copy = { peer: null }
    const asked = asks('cem.peer', copy)
    expect(atDoor()[0]).toMatchObject({ account: al.account, route: 'direct', through: null })
    bea.door.answer(idOf(asked), { verdict: 'allow', until: 'once' })
    expect(await asked.answer).toBe('allow')
    await street.clock.advance(9 * MINUTE)
    expect(await asks('cem.peer', copy).answer).toBe('allow')
    await street.clock.advance(9 * MINUTE)
    expect(await asks('cem.peer', copy).answer).toBe('allow')
    await street.clock.advance(10 * MINUTE)
    expect(bea.door.rules()).toEqual([])
    expect(asks('cem.peer', copy).knock).not.toBeNull()
  })

  test('from a copy is on no network: no rule for this one lets it load', () => {
    bea.door.addRule({ who: { kind: 'lan' }, capability: 'load', verdict: 'allow' }, 'person')
    expect(asks('cem.peer', { peer: null }).knock).not.toBeNull()
  })

  test('again is the same question, and all who wait for it hear the answer', async () => {
    const first = asks('cem.peer')
    const asked = [first, ...Array.from({ length: 39 }, (_, n) => asks('cem.peer', { about: { path: `/${n}.png` } }))]
    expect(atDoor()).toMatchObject([{ id: idOf(first) }])
    await eventually('the requests are counted', () => (street.clock.advance(SECOND), atDoor()[0]?.requests === 40))
    expect(new Set(asked.map(idOf)).size).toBe(1)
    bea.door.answer(idOf(first), always)
    expect(new Set(await Promise.all(asked.map(({ answer }) => answer)))).toEqual(new Set(['allow']))
  })

  test('goes away with the last that waits for it', async () => {
    const [one, two] = [asks('cem.peer'), asks('cem.peer')]
    one.give(new Error('the tab was closed'))
    expect(await one.answer).toBe('gave up: Error: the tab was closed')
    expect(atDoor()).toHaveLength(1)
    two.give(new Error('and this one'))
    await two.answer
    expect(atDoor()).toEqual([])
    expect(stateAt(bea, { id: idOf(two) })).toBe('withdrawn')
  })

  test('that nobody waits for any more when it asks is not asked at all', async () => {
    const page: PageOf = { account: al.account, peerId: al.peerId, peer: null }
    const over = AbortSignal.abort(new Error('closed'))
    await expect(bea.door.ask('load', page, nothingMore, over, () => {})).rejects.toThrow('closed')
    expect(atDoor()).toEqual([])
  })

  test('that nobody answers is denied once, and is among the missed', async () => {
    const asked = asks('cem.peer')
    await street.clock.advance(60 * SECOND)
    expect(await asked.answer).toBe('denied: nobody answered in time')
    expect(stateAt(bea, { id: idOf(asked) })).toBe('missed')
    expect(bea.door.rules()).toEqual([])
    bea.door.answer(idOf(asked), always)
    expect(await asks('cem.peer').answer).toBe('allow')
  })

  test('is decided again when a rule changes', async () => {
    const [allowed, denied] = [asks('cem.peer'), asks('dan.peer')]
    const who = { kind: 'account', account: al.account } as const
    const named = { minBytes: null, maxBytes: null, path: null, perHour: null }
    bea.door.addRule({ who, capability: 'load', verdict: 'allow', match: { ...named, name: 'cem.peer' } }, 'person')
    expect(await allowed.answer).toBe('allow')
    bea.door.addRule({ who, capability: 'load', verdict: 'deny', match: { ...named, name: 'dan.peer' } }, 'person')
    expect(await denied.answer).toBe('denied: it was refused')
    expect(atDoor()).toEqual([])
  })

  test('is refused where it is denied, and whoever owns the page is told nothing', async () => {
    const asked = asks('cem.peer')
    bea.door.answer(idOf(asked), { verdict: 'deny', until: 'forever', scope: 'this' })
    expect(await asked.answer).toBe('denied: it was refused')
    expect(await asks('cem.peer').answer).toBe('denied: a rule for this account')
    expect(al.door.sent()).toEqual([])
    expect(bea.database.prepare('SELECT count(*) AS n FROM door_undelivered').get()).toEqual({ n: 0 })
  })

  test('and whose account is blocked is refused', async () => {
    bea.door.block(al.account, true)
    const page = { account: al.account, peerId: al.peerId, peer: null }
    const signal = new AbortController().signal
    expect(said(await bea.door.ask('load', page, { ...nothingMore, name: 'cem.peer' }, signal, () => {}))).toBe('denied: the account is blocked')
  })

  test('is asked about again when a refusal is taken back, for whoever asks then', async () => {
    const asked = asks('cem.peer')
    bea.door.answer(idOf(asked), { verdict: 'deny', until: 'once' })
    await asked.answer
    bea.door.undo(idOf(asked))
    expect(stateAt(bea, { id: idOf(asked) })).toBe('pending')
    const again = asks('cem.peer')
    expect(idOf(again)).toBe(idOf(asked))
    bea.door.answer(idOf(again), always)
    expect(await again.answer).toBe('allow')
  })

  test('is not allowed any more when an allowance is taken back', async () => {
    const asked = asks('cem.peer')
    bea.door.answer(idOf(asked), always)
    await asked.answer
    bea.door.undo(idOf(asked))
    expect(asks('cem.peer').knock).not.toBeNull()
  })

  test('has one question before the person, three in all, and the rest are refused', async () => {
    const asked = Array.from({ length: 100 }, (_, n) => asks(`name-${n}.peer`))
    expect(atDoor().map(({ state }) => state)).toEqual(['pending', 'queued', 'queued'])
    expect(await asked[3]?.answer).toBe('busy: too many open questions of one account')
    expect(await asked[99]?.answer).toBe('busy: too many open questions of one account')
  })

  test('after three refusals is not put before the person for an hour, and its owner may knock all the same', async () => {
    for (const name of ['cem.peer', 'dan.peer', 'eve.peer']) {
      const asked = asks(name)
      bea.door.answer(idOf(asked), { verdict: 'deny', until: 'once' })
      await asked.answer
    }
    expect(await asks('fay.peer').answer).toBe('busy: muted after several refusals')
    expect(await knocks(al, bea)).toMatchObject({ capability: 'contact', state: 'pending', page: null, before: 0 })
    await street.clock.advance(61 * MINUTE)
    expect(asks('fay.peer').knock).not.toBeNull()
  })

  test('is written down, with what it was about', async () => {
    const asked = asks('cem.peer')
    bea.door.answer(idOf(asked), always)
    await asked.answer
    const lines = bea.door.log({ capability: 'load' }, undefined, 10)
    expect(lines.map(({ verdict, by, facts }) => [verdict, by, facts?.about.name])).toEqual([
      ['allow', 'rule', 'cem.peer'],
      ['allow', 'person', 'cem.peer'],
      ['ask', 'default', 'cem.peer'],
    ])
  })

  test('is missed when the node stops, and nobody waits for it any more', async () => {
    const asked = asks('cem.peer')
    await bea.restart()
    expect(await asked.answer).toBe('busy: the node stops')
    expect(stateAt(bea, { id: idOf(asked) })).toBe('missed')
  })

  test('cannot be knocked for by whoever is elsewhere', async () => {
    await expect(al.door.knock({ peerId: bea.peerId }, 'load', '')).rejects.toMatchObject({ code: 'BAD_INPUT' })
    street.connect(al, bea.peerId)
    const request = { kind: 'knock', id: 'a'.repeat(26), capability: 'load', greeting: '', about: { name: 'cem.peer' } }
    expect(await bea.ask(street.seen(al, bea), request)).toMatchObject({ status: 'denied' })
    expect(atDoor()).toEqual([])
  })
})

describe('whoever has a question of its own', () => {
  const film = { ...nothingMore, name: 'film.mkv', bytes: 7 }
  const page = () => ({ account: al.account, peerId: al.peerId })
  const verdicts = () => bea.door.log({}, undefined, 10).map(({ verdict }) => verdict)

  test('is told at once, and only what came of it is written down', () => {
    expect(bea.door.judge('file', page(), film)).toBe('ask')
    bea.door.took('file', page(), film)
    expect(verdicts()).toEqual([])
    bea.contacts.add(al.account)
    expect(bea.door.judge('file', page(), film)).toBe('allow')
    expect(verdicts()).toEqual([])
    bea.door.took('file', page(), film)
    expect(verdicts()).toEqual(['allow'])
    bea.door.addRule({ who: { kind: 'contact' }, capability: 'file', verdict: 'deny' }, 'person')
    expect(bea.door.judge('file', page(), film)).toBe('deny')
    expect(verdicts()).toEqual(['deny', 'allow'])
    expect(atDoor()).toEqual([])
  })

  test('does not use an allowance for once up by asking, but by what it lets in', async () => {
    const who = { kind: 'account', account: al.account } as const
    bea.door.addRule({ who, capability: 'file', verdict: 'allow', until: { kind: 'once' } }, 'person')
    for (let n = 0; n < 3; n++) expect(bea.door.judge('file', page(), film)).toBe('allow')
    expect(bea.door.rules()).toMatchObject([{ until: { kind: 'once' }, hits: 0 }])
    bea.door.took('file', page(), film)
    expect(bea.door.rules()).toMatchObject([{ until: { kind: 'connection' }, hits: 1 }])
    // It lasts for what is read now, and is over when that is.
    expect(bea.door.judge('file', page(), film)).toBe('allow')
    await street.clock.advance(PAGES_LAST_MS)
    expect(bea.door.judge('file', page(), film)).toBe('ask')
  })

  test('does not use up what is allowed so often an hour either', () => {
    const who = { kind: 'account', account: al.account } as const
    const match = { name: null, path: null, minBytes: null, maxBytes: null, perHour: 1 }
    bea.door.addRule({ who, capability: 'file', verdict: 'allow', match }, 'person')
    for (let n = 0; n < 3; n++) expect(bea.door.judge('file', page(), film)).toBe('allow')
    bea.door.took('file', page(), film)
    expect(bea.door.judge('file', page(), film)).toBe('ask')
  })
})
