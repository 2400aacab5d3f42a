import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAX_ROSTER_ENTRIES_AN_ACCOUNT } from '../../../../src/main/features/chat/groups/limits.ts'
import type { Change } from '../../../../src/main/features/chat/groups/ranks.ts'
import { rosterFrom, rosterOf, withOne, type Roster } from '../../../../src/main/features/chat/groups/roster.ts'
import { orderOf } from '../../../../src/main/features/chat/order.ts'
import { rosterIdOf, type RosterOp } from '../../../../src/main/protocols/chat/index.ts'
import type { AccountId, MessageId, PeerId } from '../../../../src/shared/ids.ts'
import { plainRosterOf, type PlainRoster } from './plain-roster.ts'

const SEED = new Uint8Array(32)
const account = (index: number): AccountId => `account-${index}` as AccountId
const device = (index: number, which = 0): PeerId => `device-${index}-${which}` as PeerId
const ROSTER = rosterIdOf(account(0), SEED)
const CREATE: RosterOp = { op: 'create', seed: SEED, title: 'Hiking', picture: null, history: 'all', devices: null }
const PEOPLE = 5

/** What anybody at all wrote, in whatever order it stands. */
class Pen {
  readonly all: Change[] = []
  readonly #seqs = new Map<PeerId, number>()

  write(by: number, op: RosterOp, which = 0, clock = this.all.length + 1): Change {
    const log = device(by, which)
    const seq = (this.#seqs.get(log) ?? 0) + 1
    this.#seqs.set(log, seq)
    const id = `${log}-${seq}` as MessageId
    const change: Change = { id, account: account(by), device: log, seq, sentAtMs: this.all.length, ord: orderOf(clock, id), op }
    this.all.push(change)
    return change
  }

  /** Who is added by somebody, and joins. */
  join(who: number, by = 0): MessageId {
    const { id } = this.write(by, { op: 'add', account: account(who), undoes: [], base: [] })
    this.write(who, { op: 'join', added: id, devices: null })
    return id
  }
}

const person = fc.nat(PEOPLE - 1)
const seen = fc.array(fc.record({ by: person, which: fc.nat(1), seq: fc.integer({ min: 1, max: 12 }) }), { maxLength: 4 })
/** `names`: which of what was written before is named, counted from the last. */
const step = fc.record({
  what: fc.constantFrom('add', 'join', 'remove', 'leave', 'promote', 'demote', 'hand-on', 'set', 'members'),
  by: fc.oneof(fc.constant(0), person),
  whom: person,
  which: fc.nat(1),
  names: fc.array(fc.nat(14), { maxLength: 5 }),
  talk: seen,
  roster: seen,
  back: fc.nat(6),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

function opOf({ what, whom, names, talk, roster, back }: Step, pen: Pen): RosterOp {
  const named = names.flatMap((at) => pen.all.at(-1 - at)?.id ?? [])
  const cut = (logs: Step['talk']) => logs.map(({ by, which, seq }) => ({ device: device(by, which), seq }))
  const whose = { account: account(whom) }
  switch (what) {
    case 'add':
      return { op: 'add', ...whose, undoes: named, base: talk.map(({ by, which, seq }) => ({ account: account(by), device: device(by, which), seq, id: 'x' as MessageId, clock: 1 })) }
    case 'join':
      return { op: 'join', added: named[0] ?? ('none' as MessageId), devices: null }
    case 'remove':
      return { op: 'remove', ...whose, talk: cut(talk), roster: cut(roster), messagesToo: back % 2 === 0 }
    case 'leave':
      return { op: 'leave', talk: cut(talk), roster: cut(roster) }
    case 'promote':
      return { op: 'promote', ...whose, undoes: named }
    case 'demote':
      return { op: 'demote', ...whose, talk: cut(talk), roster: cut(roster) }
    case 'hand-on':
      return { op: 'hand-on', ...whose, roster: cut(roster) }
    case 'set':
      return { op: 'set', title: `title ${back}` }
    default:
      return { op: 'set', whoAdds: back % 3 === 0 ? 'moderators' : 'members' }
  }
}

/** Whatever follows from a roster and is asked of it. */
function shown(roster: Roster | PlainRoster | null): unknown {
  if (roster === null) return null
  const { title, history, whoAdds, owner, members, valid } = roster
  const each = Array.from({ length: PEOPLE }, (_, index) => account(index)).map((by) => ({
    member: members.get(by),
    ends: [roster.endsOf(by), roster.endsOfRank(by)],
    invitation: roster.invitation(by),
    upTo: new Map(roster.upToEndOf(by)),
    logs: Array.from({ length: PEOPLE * 2 }, (_, at) => device(at >> 1, at % 2)).map((log) => [
      roster.ranges(by, log),
      roster.baseOf(by, log),
      [1, 4, 9].map((seq) => [roster.mayDelete(by, log, seq), roster.isVisible(by, log, seq)]),
    ]),
  }))
  return { title, history, whoAdds, owner, order: [...members.keys()], valid: [...valid].toSorted(), each }
}

const histories = fc.array(step, { minLength: 1, maxLength: 40 }).map((steps) => {
  const pen = new Pen()
  pen.write(0, CREATE)
  for (let who = 1; who < PEOPLE - 1; who++) pen.join(who)
  for (const one of steps) pen.write(one.by, opOf(one, pen), one.which, Math.max(1, pen.all.length + 1 - one.back * 2))
  return pen.all
})

describe('a roster that is worked out quickly', () => {
  test('comes to what one comes to in which each is looked at against each, of whatever anybody wrote', () => {
    fc.assert(
      fc.property(histories, (changes) => {
        expect(shown(rosterOf(ROSTER, changes))).toEqual(shown(plainRosterOf(ROSTER, changes)))
      }),
      { numRuns: 1_500 },
    )
  })

  test('comes to the same with one entry after another as with all of them at once, in whatever order they came', () => {
    fc.assert(
      fc.property(histories, fc.infiniteStream(fc.nat()), (changes, places) => {
        const left = [...changes]
        let ordered: readonly Change[] = []
        while (left.length > 0) {
          const [one] = left.splice((places.next().value ?? 0) % left.length, 1)
          if (one !== undefined) ordered = withOne(withOne(ordered, one), one)
          if (left.length % 7 === 0) expect(shown(rosterFrom(ROSTER, ordered))).toEqual(shown(rosterOf(ROSTER, ordered.toReversed())))
        }
        expect(shown(rosterFrom(ROSTER, ordered))).toEqual(shown(rosterOf(ROSTER, changes)))
      }),
      { numRuns: 200 },
    )
  })

  test('says of everybody that what they may take back changed, where it did', () => {
    fc.assert(
      fc.property(histories, fc.nat(40), (changes, count) => {
        const [before, after] = [changes.slice(0, -1 - count), changes]
        const [fast, plain] = [[rosterOf(ROSTER, before), rosterOf(ROSTER, after)], [plainRosterOf(ROSTER, before), plainRosterOf(ROSTER, after)]] as const
        for (let index = 0; index < PEOPLE; index++) {
          const keys = plain.map((roster) => roster?.rankKey(account(index)))
          if (keys[0] !== keys[1]) expect(fast[0]?.rankKey(account(index))).not.toBe(fast[1]?.rankKey(account(index)))
        }
      }),
      { numRuns: 500 },
    )
  })
})

/** How far the logs of somebody go, as one says who wants it to count whatever comes. */
const far = (who: number) => [0, 1, 2].map((which) => ({ device: device(who, which), seq: 1_000_000 }))
const HALF = MAX_ROSTER_ENTRIES_AN_ACCOUNT / 2 - 4

/** Everything that two, or an owner and their helper, may write, arranged so that each entry has to do with each. */
const hostile: Record<string, () => Pen> = {
  'somebody who is added, joins, and leaves as often as entries count, and then adds others'() {
    const pen = new Pen()
    pen.write(0, CREATE)
    pen.write(0, { op: 'set', whoAdds: 'members' })
    pen.join(1)
    pen.join(2)
    const added = Array.from({ length: HALF * 2 }, (_, at) => pen.write(1, { op: 'add', account: account(2), undoes: [], base: [] }, at % 2).id)
    for (let at = 0; at < HALF / 2; at++) pen.write(2, { op: 'join', added: added[at] as MessageId, devices: null })
    for (let at = 0; at < HALF / 2; at++) pen.write(2, { op: 'leave', talk: far(2), roster: far(2) }, 1)
    for (let at = 0; at < HALF / 2; at++) pen.write(2, { op: 'add', account: account(3 + at), undoes: [], base: [] }, 2)
    return pen
  },
  'a moderator who is promoted and leaves as often, and then removes somebody'() {
    const pen = new Pen()
    pen.write(0, CREATE)
    pen.join(1)
    pen.join(2)
    for (let at = 0; at < HALF * 2; at++) pen.write(0, { op: 'promote', account: account(1), undoes: [] }, at % 2)
    for (let at = 0; at < HALF; at++) pen.write(1, { op: 'leave', talk: far(1), roster: at === HALF - 1 ? [] : far(1) })
    for (let at = 0; at < HALF; at++) pen.write(1, { op: 'remove', account: account(2), talk: [], roster: [], messagesToo: true }, 1)
    return pen
  },
  'two who hand the group to each other'() {
    const pen = new Pen()
    pen.write(0, CREATE)
    pen.join(1)
    for (let at = 0; at < HALF; at++) {
      for (const by of [0, 1]) pen.write(by, { op: 'hand-on', account: account(1 - by), roster: far(by) })
    }
    return pen
  },
}

describe('a roster that somebody filled on purpose', () => {
  test.each(Object.keys(hostile))('is worked out anew with each of the last entries, and asked by each of a thousand messages: %s', (name) => {
    const { all } = (hostile[name] as () => Pen)()
    const last = all.length - 100
    let ordered: readonly Change[] = all.slice(0, last)
    const seen: boolean[] = []
    for (const change of all.slice(last)) {
      ordered = withOne(ordered, change)
      const roster = rosterFrom(ROSTER, ordered)
      for (let seq = 1; seq <= 10; seq++) seen.push(roster?.isVisible(account(2), device(2), seq) === true)
    }
    expect(ordered).toHaveLength(all.length)
    expect(seen).toHaveLength(1_000)
    expect(shown(rosterFrom(ROSTER, ordered))).toEqual(shown(rosterOf(ROSTER, all.toReversed())))
  })

  test('counts of a million entries of one account no more than it counts of anybody, and goes on for the others', () => {
    const pen = new Pen()
    pen.write(0, CREATE)
    const added = pen.join(1)
    const leave: RosterOp = { op: 'leave', talk: [], roster: [] }
    const flood = Array.from({ length: 1_000_000 }, (_, at): Change => {
      const id = `flood-${at}` as MessageId
      return { id, account: account(1), device: device(1, 1 + (at >> 10)), seq: 1 + (at % 1_024), sentAtMs: at, ord: orderOf(10 + at, id), op: leave }
    })
    const roster = rosterOf(ROSTER, [...flood, ...pen.all])
    expect(roster?.endsOf(account(1))).toHaveLength(MAX_ROSTER_ENTRIES_AN_ACCOUNT - 1)
    expect(roster?.members.get(account(1))?.state).toBe('left')
    expect(roster?.valid.has(added)).toBe(true)
    expect(roster?.isIn(account(0))).toBe(true)
  })
})
