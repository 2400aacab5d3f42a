import { beforeEach, describe, expect, test } from 'vitest'
import type { PageOf } from '../../../src/main/features/door/index.ts'
import type { Admission } from '../../../src/main/platform/streams.ts'
import type { KnockId } from '../../../src/shared/ids.ts'
import { anyMatch, nothingMore, type About, type Knock } from '../../../src/shared/model/door.ts'
import { MiB, SECOND } from '../../../src/shared/units.ts'
import { stateAt } from './asks.ts'
import { Street, type House } from './street.ts'

let street: Street
/** Who offers a file in a message. */
let al: House
/** To whom. */
let bea: House

beforeEach(async () => {
  street = new Street()
  al = await street.house('Al')
  bea = await street.house('Bea')
})

const offered = { kind: 'file', files: null, into: 'Downloads' } as const
const film: Partial<About> = { name: 'film.mkv', bytes: 900 * MiB }

interface Asked {
  readonly answer: Promise<string>
  readonly knock: KnockId | null
  readonly give: (why: Error) => void
}

const said = (admission: Admission): string => (admission.verdict === 'allow' ? 'allow' : `${admission.code}: ${admission.why}`)

/** Al's message offers this to Bea, while he is there or not. */
function offers(about: Partial<About> = film, more: Partial<PageOf> = {}): Asked {
  const page: PageOf = { account: al.account, peerId: al.peerId, peer: null, offered, ...more }
  const giving = new AbortController()
  let knock: KnockId | null = null
  const admission = bea.door.ask('file', page, { ...nothingMore, ...about }, giving.signal, (id) => (knock = id))
  const answer = admission.then(said, (why: unknown) => `gave up: ${String(why)}`)
  return { answer, knock, give: (why) => giving.abort(why) }
}

function idOf({ knock }: Asked): KnockId {
  if (knock === null) throw new Error('nobody is asked')
  return knock
}

const atDoor = (): Knock[] => bea.door.pending()
const them = () => ({ kind: 'account', account: al.account }) as const

describe('a file that a message offers', () => {
  test('is put before the person with its name, its size and where it would go', async () => {
    const asked = offers()
    expect(atDoor()).toMatchObject([
      { id: idOf(asked), account: al.account, capability: 'file', about: { ...film, path: null }, page: { site: null, offered } },
    ])
    bea.door.answer(idOf(asked), { verdict: 'deny', until: 'once' })
    expect(await asked.answer).toBe('denied: it was refused')
    expect(bea.door.rules()).toEqual([])
    expect(al.door.sent()).toEqual([])
  })

  test('comes without a question where it is a contact’s and small, or as small as a rule says', async () => {
    expect(await Promise.race([offers({ name: 'a.png', bytes: 1 }).answer, Promise.resolve('asks')])).toBe('asks')
    bea.contacts.add(al.account)
    expect(await offers({ name: 'a.png', bytes: 16 * MiB }).answer).toBe('allow')
    expect(offers({ name: 'b.png', bytes: 16 * MiB + 1 }).knock).not.toBeNull()
    const upTo = { ...anyMatch, maxBytes: 100 * MiB }
    bea.door.addRule({ who: { kind: 'contact' }, capability: 'file', verdict: 'allow', match: upTo }, 'person')
    expect(await offers({ name: 'c.png', bytes: 100 * MiB }).answer).toBe('allow')
    expect(offers({ name: 'd.png', bytes: 100 * MiB + 1 }).knock).not.toBeNull()
    bea.door.addRule({ who: { kind: 'contact' }, capability: 'file', verdict: 'deny', match: { ...anyMatch, minBytes: 900 * MiB } }, 'person')
    expect(await offers().answer).toMatch(/^denied: /)
  })

  test('that is allowed once is that file, and not the next', async () => {
    const first = offers()
    bea.door.answer(idOf(first), { verdict: 'allow', until: 'once' })
    expect(await first.answer).toBe('allow')
    expect(bea.door.rules()).toEqual([])
    expect(offers({ name: 'other.mkv', bytes: 900 * MiB }).knock).not.toBeNull()
    bea.door.addRule({ who: them(), capability: 'file', verdict: 'allow', until: { kind: 'once' } }, 'person')
    expect(await offers({ name: 'third.mkv', bytes: 1 }).answer).toBe('allow')
    expect(bea.door.rules()).toEqual([])
  })

  test('is one question with the same of another message, and one answer', async () => {
    const both = [offers(), offers()]
    expect(both[1]?.knock).toBe(both[0]?.knock)
    expect(atDoor()).toMatchObject([{ requests: 2 }])
    bea.door.answer(atDoor()[0]?.id as KnockId, { verdict: 'allow', until: 'once' })
    expect(await Promise.all(both.map(({ answer }) => answer))).toEqual(['allow', 'allow'])
    expect(bea.door.rules()).toEqual([])
  })

  test.each([
    ['until this node stops', 'quit'],
    ['always', 'forever'],
  ] as const)('that is allowed %s lets the next in without a question', async (_how, until) => {
    const first = offers()
    bea.door.answer(idOf(first), { verdict: 'allow', until })
    expect(await first.answer).toBe('allow')
    expect(await offers({ name: 'other.mkv', bytes: 1 }).answer).toBe('allow')
    expect(bea.door.rules()).toMatchObject([{ capability: 'file', until: { kind: until }, hits: 2 }])
  })

  test('just this: its name, and no more bytes than it has', async () => {
    const first = offers()
    bea.door.answer(idOf(first), { verdict: 'allow', until: 'forever', scope: 'this' })
    expect(await first.answer).toBe('allow')
    expect(await offers().answer).toBe('allow')
    expect(offers({ ...film, bytes: 900 * MiB + 1 }).knock).not.toBeNull()
  })

  test('that nobody answered stays offered, and is kept under missed', async () => {
    const asked = offers()
    await street.clock.advance(60 * SECOND)
    expect(await asked.answer).toBe('silent: nobody answered in time')
    expect(stateAt(bea, { id: idOf(asked) })).toBe('missed')
    expect(bea.door.rules()).toEqual([])
  })

  test('is not asked about any more when the message is gone', async () => {
    const asked = offers()
    asked.give(new Error('deleted'))
    expect(await asked.answer).toBe('gave up: Error: deleted')
    expect(stateAt(bea, { id: idOf(asked) })).toBe('withdrawn')
  })

  test('of a blocked account is not asked about, and twenty at once are three questions', async () => {
    const many = Array.from({ length: 20 }, (_, n) => offers({ name: `${n}.mkv`, bytes: 900 * MiB }))
    expect(many.filter(({ knock }) => knock !== null)).toHaveLength(3)
    expect(await many[19]?.answer).toBe('busy: too many open questions of one account')
    bea.door.block(al.account, true)
    expect(await offers().answer).toMatch(/^denied: the account is blocked/)
  })

  test('has a name that is one line, whatever its letters are', () => {
    offers({ name: 'gpj.\u202eexe\n', bytes: 900 * MiB })
    expect(atDoor()).toMatchObject([{ about: { name: 'gpj.exe' } }])
  })
})
