import { randomInt } from 'node:crypto'
import fc from 'fast-check'
import { CID } from 'multiformats/cid'
import { afterAll, expect, test } from 'vitest'
import type { Saying, Written } from '../../../../src/main/features/chat/author.ts'
import { GroupCommands } from '../../../../src/main/features/chat/groups/commands.ts'
import { Groups } from '../../../../src/main/features/chat/groups/groups.ts'
import { MessageStore } from '../../../../src/main/features/chat/message-store.ts'
import { LogStore } from '../../../../src/main/features/chat/store.ts'
import { cidOf, encode } from '../../../../src/main/platform/cbor.ts'
import { openMemoryDatabase } from '../../../../src/main/platform/database.ts'
import { silentLog } from '../../../../src/main/platform/log.ts'
import { makeContent, talkIdOf, type Entry, type RosterOp } from '../../../../src/main/protocols/chat/index.ts'
import { LatchError } from '../../../../src/shared/errors.ts'
import type { ConversationId, MessageId, PeerId } from '../../../../src/shared/ids.ts'
import { HOUR } from '../../../../src/shared/units.ts'
import { FakeClock } from '../../../helpers/fake-clock.ts'
import { pencils, unsigned, type Made, type Pencil } from '../histories.ts'
import { essence } from '../town.ts'

/** As many as are asked of it; `LATCH_HISTORIES` for more, `LATCH_SEED` for the same ones again. */
const RUNS = Number(process.env['LATCH_HISTORIES'] ?? 10_000)
const SEED = Number(process.env['LATCH_SEED'] ?? randomInt(2 ** 31))
const HISTORIES_A_DATABASE = 50

/** All that was ever written, by its half and log. */
type Library = Map<string, Made[]>

/** A device with real stores, real groups and real commands; entries go in without being judged, as the validator would let them. */
class Scribe {
  readonly pencil: Pencil
  readonly store: LogStore
  readonly groups: Groups
  readonly commands: GroupCommands
  readonly #database = openMemoryDatabase()
  readonly #messages: MessageStore
  library: Library = new Map()
  #salt = 0

  constructor(pencil: Pencil) {
    this.pencil = pencil
    const me = pencil.account
    this.store = new LogStore(this.#database, me)
    this.#messages = new MessageStore(this.#database, me, this.store)
    this.groups = new Groups({ database: this.#database, store: this.store, me, log: silentLog, onReviewed: () => {} })
    this.#messages.noticeOf = (n) => this.groups.noticeOf(n)
    this.commands = new GroupCommands({
      store: this.store,
      groups: this.groups,
      author: { write: async (conversation, saying) => this.write(conversation, saying) },
      clock: new FakeClock(),
      me,
      bytes: (count) => new Uint8Array(count).fill(randomInt(256)).map(() => randomInt(256)),
      ownDevices: () => null,
      isStopped: () => false,
    })
  }

  close(): void {
    this.#database.close()
  }

  write(conversation: ConversationId, saying: Saying): Written {
    const { account, device, publicKey } = this.pencil
    const row = this.store.conversation(conversation)
    const head = row === null ? null : this.store.head(row.key, device)
    this.#salt = (this.#salt + 1) % 256
    const made = 'said' in saying ? makeContent(saying.said, new Uint8Array(16).fill(this.#salt)) : { body: saying.body, block: null }
    const entry: Entry = {
      v: 1,
      conversation,
      account,
      device,
      seq: (head?.seq ?? 0) + 1,
      prev: head === null ? null : CID.parse(head.id),
      sentAtMs: 1_767_225_600_000,
      clock: (row === null ? 0 : this.store.clockOf(row)) + 1,
      body: made.body,
    }
    const bytes = encode(entry)
    const signed = { id: cidOf(bytes) as MessageId, entry, body: made.body, signer: publicKey, envelope: unsigned(bytes, publicKey) }
    const log = `${conversation} ${device}`
    this.library.set(log, [...(this.library.get(log) ?? []), { signed, block: made.block }])
    const effect = this.store.transaction(() => this.store.append(conversation, { signed, block: made.block }, 2))
    return { conversation, id: signed.id, effect }
  }

  /** What fits behind the head of its log. */
  take(made: readonly Made[], roster: ConversationId, isKilled = false): void {
    try {
      this.store.transaction(() => {
        for (const one of made) this.#put(one, roster)
        if (isKilled) throw new Error('killed')
      })
    } catch (error) {
      if (!isKilled) throw error
    }
  }

  heads(conversations: readonly ConversationId[]): Map<string, number> {
    const heads = new Map<string, number>()
    for (const id of conversations) {
      const row = this.store.conversation(id)
      for (const { device, seq } of row === null ? [] : this.store.logs(row.key)) heads.set(`${id} ${device}`, seq)
    }
    return heads
  }

  ids(talk: ConversationId): MessageId[] {
    return this.#page(talk).map(({ id }) => id)
  }

  ask(other: Scribe, talk: ConversationId): void {
    const row = this.store.conversation(talk)
    if (row === null) return
    this.store.transaction(() => {
      const logs = new Map(this.store.logs(row.key).map((log) => [log.key, log.device]))
      for (const n of this.store.view.blocks.wanted(row.key, 1_000)) {
        const [device, seq] = [logs.get(Math.floor(n / 2 ** 32)), n % 2 ** 32]
        const block = device === undefined ? null : other.blockAt(talk, device, seq)
        if (device !== undefined && block !== null) this.store.late({ conversation: talk, device, seq }, block, 2)
      }
    })
  }

  blockAt(talk: ConversationId, device: PeerId, seq: number): Uint8Array | null {
    const row = this.store.conversation(talk)
    const log = row === null ? null : this.store.head(row.key, device)
    return log === null ? null : this.store.view.blocks.get(log.key * 2 ** 32 + seq)
  }

  /** All that is to be the same everywhere. */
  sees(talk: ConversationId): object {
    const row = this.store.conversation(talk)
    const { members, title, whoAdds } = (row === null ? null : this.groups.groupOf(row)) ?? {}
    const disappears = this.#messages.disappearAfterMs(talk)
    return { members, title, whoAdds, disappears, messages: this.#page(talk).map((message) => essence(message)) }
  }

  #page(talk: ConversationId) {
    const row = this.store.conversation(talk)
    return row === null ? [] : this.#messages.before(row, undefined, 1_000).messages
  }

  #put(one: Made, roster: ConversationId): void {
    const { conversation, device, seq } = one.signed.entry
    const row = this.store.openHalf(conversation === roster ? 'roster' : 'talk', conversation, roster, 1)
    const head = this.store.head(row.key, device)?.seq ?? 0
    if (seq === head + 1) this.store.append(conversation, one, 2)
  }
}

const KINDS = [
  'send', 'send', 'edit', 'delete', 'react', 'pin', 'disappear',
  'add', 'join', 'leave', 'remove', 'remove-all', 'promote', 'demote', 'own', 'title', 'members', 'lie',
  'sync', 'sync', 'sync', 'sync', 'crash',
] as const
const step = fc.record({ do: fc.constantFrom(...KINDS), by: fc.nat(3), pick: fc.nat(63), luck: fc.nat(255) })
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

// Of the accounts that devices are given in turn, four are wanted here.
const people = await pencils(4, 4)
let scribes = people.map((pencil) => new Scribe(pencil))
let histories = 0

afterAll(() => {
  for (const scribe of scribes) scribe.close()
})

class History {
  readonly library: Library = new Map()
  talk = '' as ConversationId
  roster = '' as ConversationId

  async begin(): Promise<void> {
    if (histories > 0 && histories % HISTORIES_A_DATABASE === 0) {
      for (const scribe of scribes) scribe.close()
      scribes = people.map((pencil) => new Scribe(pencil))
    }
    histories += 1
    for (const scribe of scribes) scribe.library = this.library
    const [maker, ...others] = scribes as [Scribe, ...Scribe[]]
    const members = others.map(({ pencil }) => pencil.account)
    this.talk = await maker.commands.create({ title: 'Hiking', picture: null, history: 'all', members })
    this.roster = [...this.library.keys()][0]?.split(' ')[0] as ConversationId
    expect(talkIdOf(this.roster)).toBe(this.talk)
    for (const one of others) {
      one.take(this.missing(one, maker, 1), this.roster)
      await one.commands.answer(this.talk, true)
      maker.take(this.missing(maker, one, 1), this.roster)
    }
    await maker.commands.setRole(this.talk, members[0] as never, 'moderator')
  }

  async take({ do: what, by, pick, luck }: Step): Promise<void> {
    const device = scribes[by] as Scribe
    const other = scribes[pick % scribes.length] as Scribe
    if (what === 'sync' || what === 'crash') return device.take(this.missing(device, other, luck), this.roster, what === 'crash')
    try {
      await this.#act(device, other, what, pick, luck)
    } catch (error) {
      // Who may not, or finds nothing to do it to, is told so.
      if (!(error instanceof LatchError)) throw error
    }
  }

  /** What one lacks that another has, log by log as the dice fall, perhaps not all of it, and some of it twice. */
  missing(to: Scribe, from: Scribe, luck: number): Made[] {
    const halves = [this.roster, this.talk]
    const [theirs, ours] = [to.heads(halves), from.heads(halves)]
    const logs = [...ours].map(([log, seq]) => (this.library.get(log) ?? []).slice(theirs.get(log) ?? 0, seq))
    const mixed: Made[] = []
    for (let dice = luck; logs.some((log) => log.length > 0); dice = (dice * 5 + 3) % 256) {
      const one = logs[dice % logs.length]?.shift()
      if (one !== undefined) mixed.push(dice % 5 === 0 ? { ...one, block: null } : one)
      if (one !== undefined && dice % 7 === 0) mixed.push(one)
    }
    return luck % 3 === 0 ? mixed.slice(0, luck % 11) : mixed
  }

  end(): void {
    const all = [...this.library.values()]
    for (const [index, device] of scribes.entries()) {
      // Each in an order of its own: the roster first, or last, or in between.
      device.take(all.slice((index * 3) % all.length).concat(all).flat(), this.roster)
    }
    for (let round = 0; round < 2; round++) {
      for (const one of scribes) for (const other of scribes) if (one !== other) one.ask(other, this.talk)
    }
    for (const scribe of scribes) scribe.groups.news()
  }

  async #act(device: Scribe, other: Scribe, what: Step['do'], pick: number, luck: number): Promise<unknown> {
    const { commands } = device
    const { talk, roster } = this
    const whom = other.pencil.account
    const known = device.ids(talk)
    const target = known[(pick + luck) % Math.max(known.length, 1)] as MessageId
    const lie = (change: RosterOp) => device.write(roster, { body: { kind: 'roster', change } })
    switch (what) {
      case 'send':
        return device.write(talk, { said: { kind: 'message', text: `words ${luck}`, mentions: [], reply: null, forwarded: false, files: [] } })
      case 'edit':
        return device.write(talk, { said: { kind: 'edit', of: target, text: `other words ${luck}`, mentions: [] } })
      case 'delete':
        return device.write(talk, { body: { kind: 'delete', of: [target] } })
      case 'react':
        return device.write(talk, { said: { kind: 'reaction', to: target, emoji: '👍', on: luck % 4 !== 0 } })
      case 'pin':
        return device.write(talk, { body: { kind: 'pin', of: target, on: luck % 3 !== 0 } })
      case 'disappear':
        return device.write(talk, { body: { kind: 'disappear', afterMs: luck % 2 === 0 ? HOUR * (1 + (luck % 5)) : null } })
      case 'add':
        return commands.add(talk, [whom])
      case 'join':
        return commands.answer(talk, luck % 5 !== 0)
      case 'leave':
        return commands.leave(talk)
      case 'remove':
      case 'remove-all':
        return commands.remove(talk, whom, what === 'remove-all')
      case 'promote':
        return commands.setRole(talk, whom, 'moderator')
      case 'demote':
        return commands.setRole(talk, whom, 'member')
      case 'own':
        return commands.setRole(talk, whom, 'owner')
      case 'title':
        return commands.set(talk, { title: `Title ${luck}` })
      case 'members':
        return commands.set(talk, { whoAdds: luck % 2 === 0 ? 'members' : 'moderators' })
      case 'lie':
        if (luck % 3 === 0) return lie({ op: 'remove', account: whom, talk: [], roster: [], messagesToo: luck % 2 === 0 })
        if (luck % 3 === 1) return lie({ op: 'promote', account: device.pencil.account, undoes: [] })
        return lie({ op: 'hand-on', account: device.pencil.account, roster: [] })
      default:
        return null
    }
  }
}

test(`${RUNS} random histories of a group end the same on every device (seed ${SEED})`, { timeout: 600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
      const run = new History()
      await run.begin()
      for (const one of steps) await run.take(one)
      run.end()
      const [first, ...others] = scribes.map((device) => JSON.stringify(device.sees(run.talk)))
      for (const other of others) expect(other).toBe(first)
    }),
    { numRuns: RUNS, seed: SEED },
  )
})
