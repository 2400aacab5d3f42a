import { beforeEach, describe, expect, it } from 'vitest'
import { createContacts } from '../../../src/main/features/contacts/index.ts'
import { MAX_STRANGERS } from '../../../src/main/features/contacts/limits.ts'
import { MIGRATIONS } from '../../../src/main/features/contacts/store.ts'
import type { ContactsEvent, ContactsFeature } from '../../../src/main/features/contacts/types.ts'
import { openMemoryDatabase, type Database } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { LatchError } from '../../../src/shared/errors.ts'
import type { AccountId } from '../../../src/shared/ids.ts'
import { Person } from '../../../src/shared/model/contacts.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { accountIds, somebody } from '../identity/parts.ts'

const me = await somebody('me')
const ada = await somebody('ada')
const bea = await somebody('bea')
/** Different accounts, quickly made: each a valid id with a key of its own. */
const many = await Promise.all(Array.from({ length: 12 }, (_, index) => somebody(`stranger ${index}`)))

let database: Database
let clock: FakeClock
let blocked: Set<AccountId>
let names: Map<AccountId, { name: string; sinceMs: number }[]>
let contacts: ContactsFeature

function parts(mine: AccountId | null = me.account): Parameters<typeof createContacts>[0] {
  return {
    database,
    clock,
    log: silentLog,
    mine: () => mine,
    blocked: (account) => blocked.has(account),
    demo: (account) => account === bea.account,
    namesOf: (account) => names.get(account) ?? [],
  }
}

function open(mine: AccountId | null = me.account): ContactsFeature {
  return createContacts(parts(mine))
}

beforeEach(() => {
  database = openMemoryDatabase()
  clock = new FakeClock(1_000_000)
  blocked = new Set()
  names = new Map()
  contacts = open()
})

const met = (who = ada, claimedName = 'Ada'): Person =>
  contacts.met({ account: who.account, claimedName, devices: [who.peerId], demo: false })

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof LatchError) return error.code
    throw error
  }
  return 'no error'
}

/** What is told while `run` runs; `run` may turn the clock. */
async function told(run: () => unknown): Promise<ContactsEvent[]> {
  const stop = new AbortController()
  const events: ContactsEvent[] = []
  const watching = (async () => {
    for await (const item of contacts.watch(stop.signal)) if (item.kind === 'event') events.push(item.event)
  })()
  await new Promise((resolve) => setImmediate(resolve))
  await run()
  await new Promise((resolve) => setImmediate(resolve))
  stop.abort()
  await watching
  return events
}

describe('somebody who proved who they are', () => {
  it('is a stranger, with safety words and without a petname', () => {
    const person = met()
    expect(Person.parse(person)).toEqual(person)
    expect(person).toMatchObject({ claimedName: 'Ada', petname: null, trust: 'unverified', lastSeenMs: 1_000_000 })
    expect(person).toMatchObject({ blocked: false, demo: false })
    expect(person.safetyWords).toHaveLength(6)
    expect(contacts.isContact(ada.account)).toBe(false)
  })

  it('may call themselves something else each time, which changes no petname', () => {
    met()
    contacts.add(ada.account)
    const person = met(ada, 'Mallory')
    expect(person).toMatchObject({ claimedName: 'Mallory', petname: 'Ada' })
  })

  it('has no safety words before there is an account here', () => {
    met()
    expect(open(null).get(ada.account)?.safetyWords).toEqual([])
  })

  it('is told to whoever watches, once stored', async () => {
    expect(await told(() => met())).toEqual([{ event: 'person-changed', person: contacts.get(ada.account) }])
  })
})

describe('a contact', () => {
  it('starts with the name that they give themselves, and keeps the name that you give', () => {
    met()
    expect(contacts.add(ada.account).petname).toBe('Ada')
    expect(contacts.isContact(ada.account)).toBe(true)
    contacts.rename(ada.account, '  Countess ')
    expect(contacts.add(ada.account).petname).toBe('Countess')
  })

  it('who claims no name starts with the end of their id', () => {
    met(ada, '')
    expect(contacts.add(ada.account).petname).toBe(`…${ada.account.slice(-8)}`)
  })

  it('can be made of somebody not met yet', () => {
    expect(contacts.add(ada.account)).toMatchObject({ petname: `…${ada.account.slice(-8)}`, lastSeenMs: null })
    expect(met()).toMatchObject({ claimedName: 'Ada', petname: `…${ada.account.slice(-8)}` })
  })

  it('is made by naming somebody met, and by nothing else', () => {
    expect(codeOf(() => contacts.rename(ada.account, 'Ada'))).toBe('NOT_FOUND')
    expect(codeOf(() => contacts.verify(ada.account, true))).toBe('NOT_FOUND')
    expect(codeOf(() => contacts.forget(ada.account))).toBe('NOT_FOUND')
    met()
    expect(codeOf(() => contacts.rename(ada.account, 'A\u202Eda'))).toBe('BAD_INPUT')
    expect(contacts.isContact(ada.account)).toBe(false)
    expect(contacts.rename(ada.account, 'Ada').petname).toBe('Ada')
    expect(contacts.isContact(ada.account)).toBe(true)
  })

  it('is there after a restart, as it was', () => {
    met()
    contacts.add(ada.account)
    contacts.verify(ada.account, true)
    met(bea, 'Bea')
    expect(open().list()).toEqual(contacts.list())
    expect(open().get(ada.account)).toMatchObject({ petname: 'Ada', trust: 'verified', devices: [ada.peerId] })
  })

  it('who is forgotten is gone, and a stranger when met again', async () => {
    met()
    contacts.add(ada.account)
    contacts.verify(ada.account, true)
    const events = await told(() => contacts.forget(ada.account))
    expect(events).toEqual([{ event: 'person-forgotten', account: ada.account }])
    expect(contacts.get(ada.account)).toBeNull()
    expect(open().get(ada.account)).toBeNull()
    expect(met()).toMatchObject({ petname: null, trust: 'unverified' })
  })
})

describe('trust', () => {
  it('is given and taken by the person alone', () => {
    met()
    expect(contacts.verify(ada.account, true).trust).toBe('verified')
    expect(met().trust).toBe('verified')
    expect(contacts.verify(ada.account, false).trust).toBe('unverified')
  })

  it('that changed stays changed until the words are compared again, also over a restart', () => {
    met()
    contacts.add(ada.account)
    expect(contacts.markChanged(ada.account)?.trust).toBe('changed')
    expect(met().trust).toBe('changed')
    expect(open().get(ada.account)?.trust).toBe('changed')
    expect(contacts.verify(ada.account, true).trust).toBe('verified')
  })

  it('is not lost by strangers, who had none', () => {
    met()
    expect(contacts.markChanged(ada.account)).toBeNull()
    expect(contacts.markChanged(bea.account)).toBeNull()
    expect(contacts.get(ada.account)?.trust).toBe('unverified')
  })
})

describe('what others decide', () => {
  it('is asked for each time, and told again when they say that it changed', async () => {
    met()
    blocked.add(ada.account)
    expect(contacts.get(ada.account)?.blocked).toBe(true)
    const events = await told(() => contacts.refresh(ada.account))
    expect(events).toMatchObject([{ event: 'person-changed', person: { blocked: true } }])
    expect(await told(() => contacts.refresh(bea.account))).toEqual([])
  })

  it('is named as the ledger names them, the name held longest first, and told when that changes', async () => {
    expect(met().names).toEqual([])
    const taken = [
      { name: 'countess.peer', sinceMs: 3 },
      { name: 'ada.peer', sinceMs: 2 },
      { name: 'aa.peer', sinceMs: 3 },
    ]
    names.set(ada.account, taken)
    const events = await told(() => contacts.refresh(ada.account))
    expect(events).toMatchObject([{ event: 'person-changed', person: { names: ['ada.peer', 'aa.peer', 'countess.peer'] } }])
    expect(contacts.list()[0]?.names).toHaveLength(3)
  })

  it('has the names that the ledger says now, not those of the time before a restart', () => {
    names.set(ada.account, [{ name: 'ada.peer', sinceMs: 1 }])
    met()
    names.clear()
    expect(open().get(ada.account)?.names).toEqual([])
  })

  it('labels the demonstration peer, and one met as such for good', () => {
    expect(met(bea, 'Bea').demo).toBe(true)
    contacts.met({ account: ada.account, claimedName: 'Demo', devices: [], demo: true })
    expect(met().demo).toBe(true)
    expect(open().get(ada.account)?.demo).toBe(true)
  })
})

describe('being seen', () => {
  it('is kept once a minute, however often it happens', async () => {
    met()
    const events = await told(async () => {
      for (let second = 0; second < 150; second += 1) {
        await clock.advance(1_000)
        contacts.seen(ada.account)
      }
    })
    expect(events).toHaveLength(2)
    expect(open().get(ada.account)?.lastSeenMs).toBe(1_000_000 + 120_000)
  })

  it('goes on when somebody sets the clock back', () => {
    met()
    clock.jump(-500_000)
    contacts.seen(ada.account)
    expect(contacts.get(ada.account)?.lastSeenMs).toBe(500_000)
  })

  it('says nothing of somebody never met', () => {
    contacts.seen(ada.account)
    expect(contacts.get(ada.account)).toBeNull()
  })
})

describe('strangers', () => {
  it('are bounded, the longest unseen dropped first and told, and contacts never', async () => {
    const contact = many[0]?.account
    const verified = many[1]?.account
    if (contact === undefined || verified === undefined) throw new Error('nobody was made')
    met(many[0], 'contact')
    met(many[1], 'verified')
    contacts.add(contact)
    contacts.verify(verified, true)
    const ids = accountIds(MAX_STRANGERS + 20)
    const events = await told(async () => {
      for (const account of ids) {
        await clock.advance(1)
        contacts.met({ account, claimedName: 'stranger', devices: [], demo: false })
      }
    })
    expect(contacts.list()).toHaveLength(MAX_STRANGERS + 2)
    expect(open().list()).toHaveLength(MAX_STRANGERS + 2)
    const forgotten = events.filter((event) => event.event === 'person-forgotten')
    expect(forgotten.map((event) => event.account)).toEqual(ids.slice(0, 20))
    expect(contacts.isContact(contact)).toBe(true)
    expect(contacts.get(verified)?.trust).toBe('verified')
  })

  it('are listed after contacts, the last seen first', async () => {
    for (const [index, who] of many.slice(0, 4).entries()) {
      await clock.advance(1)
      met(who, `n${index}`)
    }
    for (const index of [0, 2]) contacts.rename(many[index]?.account ?? ada.account, index === 0 ? 'zoe' : 'Abe')
    expect(contacts.list().map((person) => person.petname ?? person.claimedName)).toEqual(['Abe', 'zoe', 'n3', 'n1'])
  })
})

describe('a device', () => {
  const [one, two] = [many[0]?.peerId, many[1]?.peerId]

  it('is known by whose list names it', () => {
    if (one === undefined || two === undefined) throw new Error('nobody was made')
    expect(contacts.accountOf(ada.peerId)).toBeNull()
    met()
    expect(contacts.accountOf(ada.peerId)).toBe(ada.account)
    contacts.met({ account: ada.account, claimedName: 'Ada', devices: [one, two], demo: false })
    expect([ada.peerId, one, two].map((peerId) => contacts.accountOf(peerId))).toEqual([null, ada.account, ada.account])
    contacts = open()
    expect(contacts.accountOf(one)).toBe(ada.account)
    contacts.met({ account: bea.account, claimedName: 'Bea', devices: [two], demo: false })
    expect(contacts.accountOf(two)).toBe(bea.account)
    contacts.forget(ada.account)
    expect([one, two].map((peerId) => contacts.accountOf(peerId))).toEqual([null, bea.account])
  })
})

describe('a device that two lists name', () => {
  it('is a contact’s before a stranger’s, and of nobody who is blocked, whoever said so last', () => {
    const one = ada.peerId
    const claim = (account: AccountId): unknown => contacts.met({ account, claimedName: 'x', devices: [one], demo: false })
    claim(ada.account)
    contacts.add(ada.account)
    claim(bea.account)
    expect(contacts.accountOf(one)).toBe(ada.account)
    contacts.add(bea.account)
    expect(contacts.accountOf(one)).toBe(bea.account)
    blocked.add(bea.account)
    expect(contacts.accountOf(one)).toBe(ada.account)
  })
})

describe('groups', () => {
  beforeEach(() => {
    met()
    contacts.add(ada.account)
  })

  it('are kept, each once and without the space around it, and told', async () => {
    const events = await told(() => contacts.setGroups(ada.account, ['family', ' chess ', 'family']))
    expect(events).toMatchObject([{ event: 'person-changed', person: { groups: ['family', 'chess'] } }])
    expect(contacts.groupsOf(ada.account)).toEqual(['family', 'chess'])
    contacts = open()
    expect(contacts.get(ada.account)?.groups).toEqual(['family', 'chess'])
    expect(contacts.setGroups(ada.account, []).groups).toEqual([])
  })

  it('are for contacts only, and go with them', () => {
    met(bea, 'Bea')
    expect(codeOf(() => contacts.setGroups(bea.account, ['family']))).toBe('NOT_FOUND')
    expect(codeOf(() => contacts.setGroups(many[0]?.account ?? bea.account, ['family']))).toBe('NOT_FOUND')
    contacts.setGroups(ada.account, ['family'])
    contacts.forget(ada.account)
    met()
    expect(contacts.groupsOf(ada.account)).toEqual([])
    contacts.add(ada.account)
    expect(contacts.groupsOf(ada.account)).toEqual([])
  })

  it('stay when somebody is met again, renamed or verified', () => {
    contacts.setGroups(ada.account, ['family'])
    met(ada, 'Ada L.')
    contacts.rename(ada.account, 'Countess')
    expect(contacts.verify(ada.account, true).groups).toEqual(['family'])
  })

  it('are sixteen at most', () => {
    const names = Array.from({ length: 17 }, (_, n) => `group ${n}`)
    expect(codeOf(() => contacts.setGroups(ada.account, names))).toBe('BAD_INPUT')
    expect(contacts.setGroups(ada.account, names.slice(1)).groups).toHaveLength(16)
    expect(contacts.setGroups(ada.account, [...names.slice(1), ...names.slice(1)]).groups).toHaveLength(16)
  })

  it.each([[''], ['   '], ['x'.repeat(33)], ['a\nb'], ['a\u202Eb'], ['a\u0000b'], ['a\u200Bb']])(
    'have names: not %j',
    (name) => {
      contacts.setGroups(ada.account, ['family'])
      expect(codeOf(() => contacts.setGroups(ada.account, ['chess', name]))).toBe('BAD_INPUT')
      expect(contacts.groupsOf(ada.account)).toEqual(['family'])
    },
  )

  it('are none of those whom a Latch without groups has kept', () => {
    const old = openMemoryDatabase()
    old.migrate('contacts', MIGRATIONS.slice(0, 1))
    old
      .prepare('INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(ada.account, 'Ada', 'Ada', 'verified', 0, '[]', 1, null)
    database = old
    contacts = open()
    expect(contacts.get(ada.account)).toMatchObject({ petname: 'Ada', groups: [] })
    expect(contacts.setGroups(ada.account, ['family']).groups).toEqual(['family'])
  })
})

describe('who is asked for at every look-up', () => {
  it('are contacts who are not blocked, found without asking anybody for their names', () => {
    let asked = 0
    met()
    met(bea, 'Bea')
    contacts.add(ada.account)
    contacts.add(bea.account)
    contacts = createContacts({ ...parts(), namesOf: () => ((asked += 1), []) })
    expect(contacts.accounts()).toEqual([ada.account, bea.account])
    blocked.add(ada.account)
    expect(contacts.accounts()).toEqual([bea.account])
    contacts.forget(bea.account)
    expect([contacts.accounts(), asked]).toEqual([[], 0])
  })
})
