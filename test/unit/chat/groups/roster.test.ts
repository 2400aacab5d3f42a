import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AccountId, MessageId, PeerId } from '../../../../src/shared/ids.ts'
import { MAX_ROSTER_ENTRIES_AN_ACCOUNT } from '../../../../src/main/features/chat/groups/limits.ts'
import type { Change } from '../../../../src/main/features/chat/groups/ranks.ts'
import { rosterOf, type Roster } from '../../../../src/main/features/chat/groups/roster.ts'
import { orderOf } from '../../../../src/main/features/chat/order.ts'
import { rosterIdOf, type RosterOp } from '../../../../src/main/protocols/chat/index.ts'

const SEED = new Uint8Array(32)
const account = (index: number): AccountId => `account-${index}` as AccountId
const OWNER = account(0)
const ROSTER = rosterIdOf(OWNER, SEED)
const CREATE: RosterOp = { op: 'create', seed: SEED, title: 'Hiking', picture: null, history: 'all', devices: null }

/** One device's view of the roster, as honest software writes it, and its logs in both halves. */
class Writer {
  readonly account: AccountId
  readonly device: PeerId
  readonly seen = new Map<MessageId, Change>()
  clock = 0
  seq = 0
  /** Of the talk: how many messages it wrote, and how far it saw others. */
  talk = new Map<PeerId, { account: AccountId; seq: number }>()

  constructor(index: number, device = 0) {
    this.account = account(index)
    this.device = `device-${index}-${device}` as PeerId
  }

  get roster(): Roster {
    const roster = rosterOf(ROSTER, this.seen.values())
    if (roster === null) throw new Error('it has not heard of the group')
    return roster
  }

  /** `wrong`: what a hostile one says otherwise. */
  write(op: RosterOp, wrong: { clock?: number } = {}): Change {
    this.clock = wrong.clock ?? this.clock + 1
    this.seq += 1
    const id = `${this.device}-${this.seq}` as MessageId
    const { account: by, device, seq } = this
    const change: Change = { id, account: by, device, seq, sentAtMs: this.clock, ord: orderOf(this.clock, id), op }
    this.seen.set(id, change)
    return change
  }

  say(): number {
    const seq = (this.talk.get(this.device)?.seq ?? 0) + 1
    this.talk.set(this.device, { account: this.account, seq })
    return seq
  }

  hear(other: Writer): void {
    for (const [id, change] of other.seen) this.seen.set(id, change)
    this.clock = Math.max(this.clock, other.clock)
    for (const [device, { account: by, seq }] of other.talk) {
      this.talk.set(device, { account: by, seq: Math.max(seq, this.talk.get(device)?.seq ?? 0) })
    }
  }

  seenOf(whom: AccountId): { talk: { device: PeerId; seq: number }[]; roster: { device: PeerId; seq: number }[] } {
    const roster = new Map<PeerId, number>()
    for (const change of this.seen.values()) {
      if (change.account === whom) roster.set(change.device, Math.max(change.seq, roster.get(change.device) ?? 0))
    }
    const talk = [...this.talk].filter(([, log]) => log.account === whom).map(([device, { seq }]) => ({ device, seq }))
    return { talk, roster: [...roster].map(([device, seq]) => ({ device, seq })) }
  }

  add(whom: AccountId): Change {
    const base = this.seenOf(whom).talk.map((log) => ({ ...log, account: whom, id: 'x' as MessageId, clock: 1 }))
    return this.write({ op: 'add', account: whom, undoes: this.roster.endsOf(whom), base })
  }

  join(): Change {
    return this.write({ op: 'join', added: this.roster.invitation(this.account) ?? ('none' as MessageId), devices: null })
  }

  remove(whom: AccountId, messagesToo = false): Change {
    return this.write({ op: 'remove', account: whom, ...this.seenOf(whom), messagesToo })
  }

  leave(): Change {
    return this.write({ op: 'leave', ...this.seenOf(this.account) })
  }

  promote(whom: AccountId): Change {
    return this.write({ op: 'promote', account: whom, undoes: this.roster.endsOfRank(whom) })
  }

  demote(whom: AccountId): Change {
    return this.write({ op: 'demote', account: whom, ...this.seenOf(whom) })
  }

  handOn(whom: AccountId): Change {
    return this.write({ op: 'hand-on', account: whom, roster: this.seenOf(this.account).roster })
  }
}

/** A group of so many, all joined, who have all heard everything. */
function group(count: number): [Writer, ...Writer[]] {
  const owner = new Writer(0)
  owner.write(CREATE)
  const others = Array.from({ length: count - 1 }, (_, index) => new Writer(index + 1))
  for (const one of others) owner.add(one.account)
  for (const one of others) {
    one.hear(owner)
    one.join()
    owner.hear(one)
  }
  for (const one of others) one.hear(owner)
  return [owner, ...others]
}

function meet(...all: Writer[]): Roster {
  for (const one of all) for (const other of all) one.hear(other)
  for (const one of all) for (const other of all) one.hear(other)
  const [first] = all
  if (first === undefined) throw new Error('nobody meets')
  return first.roster
}

/** All that follows from a roster, to be compared. */
function shown(roster: Roster | null): unknown {
  if (roster === null) return null
  const accounts = [...roster.members.keys()].toSorted()
  const devices = accounts.map((by) => [0, 1].map((device) => roster.ranges(by, by.replace('account', 'device').concat(`-${device}`) as PeerId)))
  const { title, history, whoAdds, owner } = roster
  return { title, history, whoAdds, owner, members: accounts.map((by) => roster.members.get(by)), valid: [...roster.valid].toSorted(), devices }
}

describe('a roster', () => {
  test('certifies who made it: nobody else makes it up', () => {
    const forger = new Writer(1)
    const forged = forger.write(CREATE)
    expect(rosterOf(ROSTER, [forged])).toBeNull()
    expect(rosterOf(ROSTER, [])).toBeNull()
  })

  test('has an invited person join by their own word only', () => {
    const owner = new Writer(0)
    owner.write(CREATE)
    const added = owner.add(account(1))
    const other = new Writer(2)
    other.hear(owner)
    other.write({ op: 'join', added: added.id, devices: null })
    expect(meet(owner, other).members.get(account(1))?.state).toBe('invited')
    expect(owner.roster.members.has(account(2))).toBe(false)
  })

  test('lets removal win over an invitation at the same time, and an invitation that names it win over that', () => {
    const [owner, mod, bea] = group(3) as [Writer, Writer, Writer]
    owner.promote(mod.account)
    meet(owner, mod, bea)
    owner.remove(bea.account)
    mod.add(bea.account)
    expect(meet(owner, mod, bea).members.get(bea.account)?.state).toBe('removed')
    mod.add(bea.account)
    expect(meet(owner, mod, bea).members.get(bea.account)?.state).toBe('invited')
    bea.join()
    expect(meet(owner, mod, bea).isIn(bea.account)).toBe(true)
  })

  test('has somebody whom two remove at the same time gone until an invitation names both', () => {
    const [owner, mod, bea] = group(3) as [Writer, Writer, Writer]
    owner.promote(mod.account)
    meet(owner, mod)
    owner.remove(bea.account)
    owner.add(bea.account)
    mod.remove(bea.account)
    expect(meet(owner, mod).members.get(bea.account)?.state).toBe('removed')
    owner.add(bea.account)
    expect(owner.roster.members.get(bea.account)?.state).toBe('invited')
  })

  test('makes void what a removed person wrote behind what was seen of it, on every device alike', () => {
    const [owner, bea, cem] = group(3) as [Writer, Writer, Writer]
    bea.say()
    meet(owner, bea, cem)
    bea.say()
    cem.hear(bea)
    owner.remove(bea.account)
    const roster = meet(owner, cem)
    expect(roster.isVisible(bea.account, bea.device, 1)).toBe(true)
    expect(roster.isVisible(bea.account, bea.device, 2)).toBe(false)
    expect(cem.roster.ranges(bea.account, bea.device)).toEqual([{ from: 0, to: 1 }])
    // Also from a device of theirs that nobody knew.
    expect(roster.isVisible(bea.account, 'device-1-1' as PeerId, 1)).toBe(false)
  })

  test('takes back what a removed person wrote, if that is wanted, and counts what they write once they are back', () => {
    const [owner, bea] = group(2) as [Writer, Writer]
    bea.say()
    meet(owner, bea)
    owner.remove(bea.account, true)
    expect(owner.roster.ranges(bea.account, bea.device)).toEqual([])
    owner.add(bea.account)
    bea.hear(owner)
    bea.join()
    bea.say()
    expect(meet(owner, bea).ranges(bea.account, bea.device)).toEqual([{ from: 1, to: Number.MAX_SAFE_INTEGER }])
  })

  test('lets moderators remove members and neither each other nor the owner', () => {
    const [owner, one, two, bea] = group(4) as [Writer, Writer, Writer, Writer]
    owner.promote(one.account)
    owner.promote(two.account)
    meet(owner, one, two, bea)
    one.remove(two.account)
    two.remove(one.account)
    one.remove(owner.account)
    bea.remove(one.account)
    two.remove(bea.account)
    const roster = meet(owner, one, two, bea)
    expect([owner, one, two, bea].map(({ account: who }) => roster.members.get(who)?.state)).toEqual(['joined', 'joined', 'joined', 'removed'])
  })

  test('makes void what a moderator did behind the back of their demotion, also where it is said to be older', () => {
    const [owner, mod, bea] = group(3) as [Writer, Writer, Writer]
    owner.promote(mod.account)
    meet(owner, mod, bea)
    const before = mod.write({ op: 'set', title: 'by a moderator' })
    owner.hear(mod)
    owner.demote(mod.account)
    mod.remove(bea.account)
    const second = new Writer(1, 1)
    second.seen.set(before.id, before)
    second.write({ op: 'remove', account: bea.account, talk: [], roster: [], messagesToo: true }, { clock: 7 })
    const roster = meet(owner, mod, second)
    expect(roster.isIn(bea.account)).toBe(true)
    expect(roster.title).toBe('by a moderator')
    expect(roster.members.get(mod.account)?.role).toBe('member')
    owner.promote(mod.account)
    expect(meet(owner, mod).members.get(mod.account)?.role).toBe('moderator')
  })

  test('lets a moderator take back messages of others, until they are none; and of the owner nobody keeps it', () => {
    const [owner, mod, bea] = group(3) as [Writer, Writer, Writer]
    owner.promote(mod.account)
    mod.say()
    meet(owner, mod)
    owner.demote(mod.account)
    const roster = meet(owner, mod, bea)
    expect([1, 2].map((seq) => roster.mayDelete(mod.account, mod.device, seq))).toEqual([true, false])
    expect(roster.mayDelete(owner.account, owner.device, 9)).toBe(true)
    expect(roster.mayDelete(bea.account, bea.device, 1)).toBe(false)
  })

  test('has one owner, also when two devices of the owner hand it on at the same time', () => {
    const [owner, bea, cem] = group(3) as [Writer, Writer, Writer]
    const second = new Writer(0, 1)
    second.hear(owner)
    owner.handOn(bea.account)
    second.handOn(cem.account)
    const roster = meet(owner, second, bea, cem)
    expect(roster.owner).toBe(bea.account)
    expect(roster.members.get(owner.account)?.role).toBe('moderator')
    expect([...roster.members.values()].filter(({ role }) => role === 'owner')).toHaveLength(1)
    // Who was the owner is no more: nothing that only owners may.
    owner.promote(cem.account)
    expect(meet(owner, cem).members.get(cem.account)?.role).toBe('member')
    bea.hear(owner)
    bea.promote(cem.account)
    expect(bea.roster.members.get(cem.account)?.role).toBe('moderator')
  })

  test('makes void what an owner did on a device that was not seen when they handed it on', () => {
    const [owner, bea, cem] = group(3) as [Writer, Writer, Writer]
    const second = new Writer(0, 1)
    second.hear(owner)
    owner.say()
    owner.write({ op: 'set', title: 'mine' })
    owner.handOn(bea.account)
    second.remove(cem.account)
    expect(meet(owner, second, bea).isIn(cem.account)).toBe(true)
  })

  test('lets members add others where that is set, and those who left it no more', () => {
    const [owner, bea, cem] = group(3) as [Writer, Writer, Writer]
    bea.add(account(7))
    expect(meet(owner, bea, cem).members.has(account(7))).toBe(false)
    owner.write({ op: 'set', whoAdds: 'members' })
    meet(owner, bea, cem)
    bea.add(account(8))
    expect(meet(owner, bea, cem).members.get(account(8))?.state).toBe('invited')
    bea.leave()
    bea.add(account(9))
    expect(meet(owner, bea, cem).members.has(account(9))).toBe(false)
  })

  test('counts of one account so many entries and no more, however many there are', () => {
    const [owner, bea] = group(2) as [Writer, Writer]
    owner.promote(bea.account)
    bea.hear(owner)
    const flood: Change[] = []
    for (let index = 0; index < 300_000; index++) {
      if (index % 1_000 === 0) bea.seq = 0
      flood.push({ ...bea.write({ op: 'set', title: `title ${index}` }), id: `flood-${index}` as MessageId })
      bea.seen.clear()
    }
    const roster = rosterOf(ROSTER, [...flood, ...owner.seen.values()])
    expect(roster?.valid.size).toBeLessThan(MAX_ROSTER_ENTRIES_AN_ACCOUNT + owner.seen.size)
  })
})

const actor = fc.nat(4)
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('add', 'remove', 'promote', 'demote', 'hand-on'), by: actor, whom: actor }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('join', 'leave', 'say', 'title', 'members', 'backdate'), by: actor, whom: actor }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('hear'), by: actor, whom: actor }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

function act(all: readonly Writer[], { do: what, by, whom }: Step): void {
  const one = all[by] as Writer
  const other = all[whom] as Writer
  switch (what) {
    case 'add':
      return void one.add(other.account)
    case 'remove':
      return void one.remove(other.account, whom % 2 === 0)
    case 'promote':
      return void one.promote(other.account)
    case 'demote':
      return void one.demote(other.account)
    case 'hand-on':
      return void one.handOn(other.account)
    case 'join':
      return void one.join()
    case 'leave':
      return void one.leave()
    case 'say':
      return void one.say()
    case 'title':
      return void one.write({ op: 'set', title: `by ${by}` })
    case 'members':
      return void one.write({ op: 'set', whoAdds: 'members' })
    case 'backdate': {
      const clock = one.clock
      one.write({ op: 'remove', account: other.account, talk: [], roster: [], messagesToo: true }, { clock: 1 + whom })
      one.clock = clock
      return
    }
    case 'hear':
      return one.hear(other)
  }
}

describe('whatever people do at the same time', () => {
  test('the same set of entries gives the same group, in any order, with some of them twice', () => {
    const history = fc.array(step, { maxLength: 30 })
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat()), (steps, dice) => {
        const all = group(5)
        for (const one of steps) act(all, one)
        const entries = [...new Map(all.flatMap((one) => [...one.seen])).values()]
        const draw = (below: number): number => (dice.next().value ?? 0) % below
        const shuffled = [...entries, ...entries.filter(() => draw(3) === 0)]
        for (let at = shuffled.length - 1; at > 0; at--) {
          const other = draw(at + 1)
          const [a, b] = [shuffled[at], shuffled[other]]
          if (a !== undefined && b !== undefined) [shuffled[at], shuffled[other]] = [b, a]
        }
        const one = shown(rosterOf(ROSTER, entries))
        expect(shown(rosterOf(ROSTER, shuffled))).toEqual(one)
        expect(shown(meet(...all))).toEqual(one)
      }),
      { numRuns: 4_000 },
    )
  }, 120_000)

  test('there is one owner, who is never removed by others, and nobody outside does anything', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const all = group(5)
        const stranger = new Writer(6)
        for (const one of all) stranger.hear(one)
        for (const one of steps) act(all, one)
        const strange = [stranger.add(account(6)), stranger.remove(account(1)), stranger.promote(account(6)), stranger.handOn(account(6))]
        const roster = meet(...all, stranger)
        for (const { id } of strange) expect(roster.valid.has(id)).toBe(false)
        expect([...roster.members.values()].filter(({ role }) => role === 'owner').length).toBeLessThanOrEqual(1)
        expect(roster.members.has(account(6))).toBe(false)
        for (const { by, state, account: who } of roster.members.values()) {
          if (state === 'left') expect(by).toBe(who)
          if (state === 'removed') expect(by).not.toBe(who)
        }
      }),
      { numRuns: 3_000 },
    )
  }, 120_000)

  test('what the owner undoes of a moderator stays undone, whatever the moderator makes up afterwards', () => {
    const made = fc.array(fc.record({ clock: fc.integer({ min: 1, max: 60 }), whom: fc.integer({ min: 2, max: 4 }), device: fc.nat(2) }), { maxLength: 12 })
    fc.assert(
      fc.property(made, (lies) => {
        const all = group(5)
        const [owner, mod] = all as [Writer, Writer]
        owner.promote(mod.account)
        mod.hear(owner)
        owner.demote(mod.account)
        const before = shown(meet(owner))
        const devices = [mod, new Writer(1, 1), new Writer(1, 2)]
        for (const { clock, whom, device } of lies) {
          const lie: RosterOp = { op: 'remove', account: account(whom), talk: [], roster: [], messagesToo: true }
          devices[device]?.write(lie, { clock })
        }
        expect(shown(meet(owner, ...devices))).toEqual(before)
      }),
      { numRuns: 3_000 },
    )
  }, 120_000)
})
