import { beforeEach, describe, expect, test } from 'vitest'
import type { Audience } from '../../../src/main/features/door/index.ts'
import { nothingMore, type Knock } from '../../../src/shared/model/door.ts'
import { hears, knocks, lets } from './asks.ts'
import { Street, type House } from './street.ts'

const anyone: Audience = () => 'allow'
const contacts: Audience = ({ isContact }) => (isContact ? 'allow' : 'deny')
const asks: Audience = () => 'ask'

let street: Street
let al: House
let bea: House

beforeEach(async () => {
  street = new Street()
  al = await street.house('Al')
  bea = await street.house('Bea')
})

/** What Bea's door says to Al, who wants to see a site of hers. */
async function visits(audience: Audience, path = '/'): Promise<string> {
  street.connect(al, bea.peerId)
  const about = { ...nothingMore, name: 'bea.peer', path }
  const admission = await bea.door.admits('visit', street.seen(al, bea), about, new AbortController().signal, audience)
  return admission.verdict === 'allow' ? admission.why : admission.code
}

const lastWhy = (): string | undefined => bea.door.log({}, undefined, 1)[0]?.why

describe('where no rule speaks, a site says whom it is for', () => {
  test('anyone, contacts, or whoever is let in when they knock', async () => {
    expect([await visits(anyone), await visits(contacts), await visits(asks)]).toEqual([
      'the site is for anyone',
      'denied',
      'knock-first',
    ])
    bea.contacts.add(al.account)
    expect([await visits(contacts), await visits(asks)]).toEqual(['the site is for contacts', 'knock-first'])
    expect(bea.door.log({}, undefined, 10).map(({ verdict, why, by }) => [verdict, why, by])).toEqual([
      ['allow', 'the site is for contacts', 'default'],
      ['ask', 'the site asks who comes', 'default'],
      ['deny', 'the site is for contacts', 'default'],
      ['allow', 'the site is for anyone', 'default'],
    ])
  })

  test('and any rule comes before it', async () => {
    const who = { kind: 'account', account: al.account } as const
    const { id } = bea.door.addRule({ who, capability: 'visit', verdict: 'deny' }, 'person')
    expect(await visits(anyone)).toBe('denied')
    bea.door.removeRule(id)
    bea.door.addRule({ who, capability: 'visit', verdict: 'allow' }, 'person')
    expect(await visits(contacts)).toBe('a rule for this account')
  })

  test('and nobody is let in who is blocked', async () => {
    street.connect(al, bea.peerId)
    const seen = street.seen(al, bea)
    bea.door.block(al.account, true)
    const admission = bea.door.admits('visit', seen, nothingMore, new AbortController().signal, anyone)
    expect(await admission).toMatchObject({ verdict: 'refuse' })
  })

  test('and whoever is in when it is for others now has to go with the next decision', async () => {
    let audience = anyone
    expect(await visits((guest) => audience(guest))).toBe('the site is for anyone')
    audience = contacts
    bea.door.reconsider()
    await street.clock.advance(1)
    expect(street.seen(al, bea).connection).toBe('')
  })

  test('and says so for that request alone', async () => {
    expect(await visits(anyone)).toBe('the site is for anyone')
    expect(await lets(bea, al, 'visit', { name: 'bea.peer' })).toBe('knock-first')
  })
})

describe('a visitor who proves no account', () => {
  beforeEach(() => {
    al.isProven = false
  })

  test('gets into a site for anyone, and is written down without an account', async () => {
    expect(await visits(anyone)).toBe('the site is for anyone')
    const [line] = bea.door.log({}, undefined, 1)
    expect(line).toMatchObject({ account: null, verdict: 'allow', by: 'default', facts: { contact: false } })
  })

  test.each([
    ['contacts', contacts],
    ['whoever knocks', asks],
  ])('does not get into a site for %s', async (_whom, audience) => {
    expect(await visits(audience)).toBe('unproven')
  })

  test.each(['deny', 'ignore', 'ask'] as const)('does not get in where a rule says %s of strangers', async (verdict) => {
    bea.door.addRule({ who: { kind: 'unknown' }, capability: 'visit', verdict }, 'person')
    expect(await visits(anyone)).toBe('unproven')
    expect(lastWhy()).toBe('no account was proven')
  })

  test.each([
    ['relayed', 'relayed'],
    ['lan', 'local'],
  ] as const)('does not get in by a way that a rule denies: %s', async (kind, route) => {
    al.route = route
    bea.door.addRule({ who: { kind }, capability: 'anything', verdict: 'deny' }, 'person')
    expect(await visits(anyone)).toBe('unproven')
  })

  test('is not let in by a rule for strangers where the site is not for them', async () => {
    bea.door.addRule({ who: { kind: 'anyone' }, capability: 'visit', verdict: 'allow' }, 'person')
    expect(await visits(contacts)).toBe('unproven')
  })

  test('goes when a rule denies it afterwards', async () => {
    await visits(anyone)
    bea.door.addRule({ who: { kind: 'unknown' }, capability: 'visit', verdict: 'deny' }, 'person')
    await street.clock.advance(1)
    expect(street.seen(al, bea).connection).toBe('')
  })
})

describe('a knock for a site', () => {
  const site = { name: 'bea.peer' }

  test('is answered as a visit is, where the site says whom it is for', async () => {
    bea.sites.set('bea.peer', anyone)
    await al.door.knock({ peerId: bea.peerId }, 'visit', '', site)
    await hears(al, 'allowed')
    bea.sites.set('bea.peer', contacts)
    await al.door.knock({ peerId: bea.peerId }, 'visit', '', site)
    await hears(al, 'denied')
    bea.contacts.add(al.account)
    await al.door.knock({ peerId: bea.peerId }, 'visit', '', site)
    await hears(al, 'allowed')
    expect(bea.door.pending()).toEqual([])
  })

  test('is put before the person where it asks, and opens that site when they say so', async () => {
    bea.sites.set('bea.peer', asks)
    const knock: Knock = await knocks(al, bea, 'visit', site)
    bea.door.answer(knock.id, { verdict: 'allow', until: 'forever', scope: 'this' })
    await hears(al, 'allowed')
    expect(await visits(asks)).toBe('a rule for this account')
    expect(await lets(bea, al, 'visit', { name: 'other.bea.peer' })).toBe('knock-first')
  })

  test('that waits is answered when the site is for them now', async () => {
    bea.sites.set('bea.peer', asks)
    await knocks(al, bea, 'visit', site)
    bea.sites.set('bea.peer', anyone)
    bea.door.reconsider()
    await hears(al, 'allowed')
  })

  test('that was missed can be answered, also where the site is for others by now', async () => {
    bea.sites.set('bea.peer', asks)
    const knock = await knocks(al, bea, 'visit', site)
    await street.clock.advance(120_000)
    bea.sites.set('bea.peer', contacts)
    bea.door.answer(knock.id, { verdict: 'allow', until: 'forever', scope: 'this' })
    expect(await visits(contacts)).toBe('a rule for this account')
  })

  test('that names none is asked about, whatever sites there are', async () => {
    bea.sites.set('bea.peer', anyone)
    expect(await knocks(al, bea, 'visit')).toMatchObject({ state: 'pending' })
  })
})

describe('a way out to the web', () => {
  const host = { name: 'example.org' }

  test('is nobody’s where no rule says so, and a contact’s by a rule', async () => {
    bea.contacts.add(al.account)
    expect(await lets(bea, al, 'exit', host)).toBe('denied')
    bea.door.addRule({ who: { kind: 'contact' }, capability: 'exit', verdict: 'allow' }, 'person')
    expect(await lets(bea, al, 'exit', host)).toBe('allow')
  })

  test.each(['allow', 'allow-and-tell', 'ask'] as const)('is no stranger’s, whatever rule there is: %s', async (verdict) => {
    for (const who of [{ kind: 'anyone' }, { kind: 'unknown' }, { kind: 'account', account: al.account }] as const) {
      bea.door.addRule({ who, capability: 'exit', verdict, priority: 100 }, 'person')
    }
    expect(await lets(bea, al, 'exit', host)).toBe('denied')
    expect(lastWhy()).toBe('nobody but a contact is let out')
    await al.door.knock({ peerId: bea.peerId }, 'exit', '', host)
    await hears(al, 'denied')
    expect(bea.door.pending()).toEqual([])
    al.isProven = false
    expect(await lets(bea, al, 'exit', host)).toBe('unproven')
  })

  test('is opened by no rule for anything, and closed by any of them', async () => {
    bea.contacts.add(al.account)
    const them = { kind: 'account', account: al.account } as const
    const { id } = bea.door.addRule({ who: them, capability: 'anything', verdict: 'allow' }, 'person')
    expect(await lets(bea, al, 'visit')).toBe('allow')
    expect(await lets(bea, al, 'exit', host)).toBe('denied')
    expect(lastWhy()).toBe('the default for exit')
    bea.door.addRule({ who: { kind: 'contact' }, capability: 'exit', verdict: 'allow' }, 'person')
    expect(await lets(bea, al, 'exit', host)).toBe('allow')
    bea.door.removeRule(id)
    bea.door.addRule({ who: them, capability: 'anything', verdict: 'deny' }, 'person')
    expect(await lets(bea, al, 'exit', host)).toBe('denied')
    expect(lastWhy()).toBe('a rule for this account')
  })

  test('is not opened by an answer about everything, nor what was said of it forgotten for one', async () => {
    bea.contacts.add(al.account)
    const them = { kind: 'account', account: al.account } as const
    bea.door.addRule({ who: { kind: 'contact' }, capability: 'exit', verdict: 'ask' }, 'person')
    const out = await knocks(al, bea, 'exit', host)
    const everything = { verdict: 'allow', until: 'forever', scope: 'everything' } as const
    expect(() => bea.door.answer(out.id, everything)).toThrow(/by itself/)
    bea.door.answer(out.id, { verdict: 'deny', until: 'once' })
    bea.door.addRule({ who: them, capability: 'exit', verdict: 'deny' }, 'person')
    bea.door.answer((await knocks(al, bea, 'visit')).id, everything)
    expect(await lets(bea, al, 'visit')).toBe('allow')
    expect(await lets(bea, al, 'exit', host)).toBe('denied')
  })

  test('ends with being a contact', async () => {
    bea.contacts.add(al.account)
    bea.door.addRule({ who: { kind: 'account', account: al.account }, capability: 'exit', verdict: 'allow' }, 'person')
    expect(await lets(bea, al, 'exit', host)).toBe('allow')
    bea.contacts.delete(al.account)
    bea.door.reconsider()
    await street.clock.advance(1)
    expect(street.seen(al, bea).connection).toBe('')
    expect(await lets(bea, al, 'exit', host)).toBe('denied')
  })

  test('of who is out already is decided anew without using anything up or writing anything down', async () => {
    bea.contacts.add(al.account)
    const match = { name: 'example.org', minBytes: null, maxBytes: null, path: null, perHour: 1 }
    const { id } = bea.door.addRule({ who: { kind: 'contact' }, capability: 'exit', verdict: 'allow', match }, 'person')
    expect(await lets(bea, al, 'exit', host)).toBe('allow')
    const seen = street.seen(al, bea)
    const stays = (name: string): string => bea.door.stays('exit', seen, { ...nothingMore, name }).verdict
    const lines = bea.door.log({}, undefined, 100).length
    expect([stays('example.org'), stays('example.org'), stays('other.example')]).toEqual(['allow', 'allow', 'refuse'])
    expect(bea.door.log({}, undefined, 100)).toHaveLength(lines)
    expect(bea.door.rules()).toMatchObject([{ hits: 1 }])
    bea.door.enableRule(id, false)
    expect(stays('example.org')).toBe('refuse')
    al.isProven = false
    expect(stays('example.org')).toBe('refuse')
  })

  test('cannot be opened by answering a knock of who is no contact any more', async () => {
    bea.contacts.add(al.account)
    bea.door.addRule({ who: { kind: 'contact' }, capability: 'exit', verdict: 'ask' }, 'person')
    const knock = await knocks(al, bea, 'exit', host)
    await street.clock.advance(120_000)
    bea.contacts.delete(al.account)
    expect(() => bea.door.answer(knock.id, { verdict: 'allow', until: 'forever', scope: 'this' })).toThrow(/let in against/)
  })

  test('is rehearsed as it would come out: a rule for strangers changes nothing', async () => {
    await lets(bea, al, 'exit', host)
    const draft = { who: { kind: 'anyone' }, capability: 'exit', verdict: 'allow' } as const
    const match = { name: null, minBytes: null, maxBytes: null, path: null, perHour: null }
    const rest = { match, until: { kind: 'forever' }, priority: 0, note: '' } as const
    expect(bea.door.rehearse({ ...draft, ...rest })).toMatchObject({ looked: 1, decides: 0, changed: 0 })
  })
})
