import { randomInt } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import type { KnownBody, Said } from '../../../src/main/protocols/chat/index.ts'
import { rosterIdOf, talkIdOf } from '../../../src/main/protocols/chat/index.ts'
import type { MessageId } from '../../../src/shared/ids.ts'
import { HOUR } from '../../../src/shared/units.ts'
import { Scribe, pencils, type Made } from './histories.ts'

/** As many as are asked of it; `LATCH_HISTORIES` for more, `LATCH_SEED` for the same ones again. */
const RUNS = Number(process.env['LATCH_HISTORIES'] ?? 10_000)
const SEED = Number(process.env['LATCH_SEED'] ?? randomInt(2 ** 31))

/** After so many histories databases are begun anew: what lies in them is read at each restart. */
const HISTORIES_A_DATABASE = 250

const EMOJI = ['👍', '🎂', '❤️']
const KINDS = ['send', 'send', 'send', 'edit', 'delete', 'react', 'pin', 'disappear', 'sync', 'sync', 'sync', 'crash'] as const

/** `pick` says of what, or to whom; `luck` how much of it, and whether its words go along. */
const step = fc.record({ do: fc.constantFrom(...KINDS), by: fc.nat(5), pick: fc.nat(63), luck: fc.nat(255) })
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

const people = await pencils(6)
let scribes = people.map((pencil) => new Scribe(pencil))
let histories = 0

afterAll(() => {
  for (const scribe of scribes) scribe.close()
})

/** All that was ever written, by log. */
type Library = Map<string, Made[]>

class History {
  readonly devices: readonly Scribe[]
  readonly library: Library = new Map()
  readonly sent: MessageId[] = []
  #salt = 0

  constructor(count: number) {
    if (histories > 0 && histories % HISTORIES_A_DATABASE === 0) {
      for (const scribe of scribes) scribe.close()
      scribes = people.map((pencil) => new Scribe(pencil))
    }
    histories += 1
    this.devices = scribes.slice(0, count)
    const roster = rosterIdOf(scribes[0]?.pencil.account ?? ('' as never), Buffer.from(`history ${histories}`))
    for (const device of this.devices) device.begin(talkIdOf(roster), roster)
  }

  take({ do: what, by, pick, luck }: Step): void {
    const device = this.#device(by)
    if (what === 'sync') return this.sync(device, this.#device(pick), luck)
    if (what === 'crash') return device.loses(this.missing(device, this.#device(pick), luck))
    const said = this.#say(device, what, pick, luck)
    if (said === null) return
    const made = device.make(said, new Uint8Array(16).fill((this.#salt = (this.#salt + 1) % 256)))
    const log = this.library.get(device.pencil.device) ?? []
    this.library.set(device.pencil.device, [...log, made])
    if (what === 'send') this.sent.push(made.signed.id)
    device.take([made])
  }

  /** One brings what another lacks, log by log as the dice fall, perhaps not all of it, and perhaps some without its words. */
  sync(from: Scribe, to: Scribe, luck: number): void {
    if (from !== to) to.take(this.missing(to, from, luck))
  }

  missing(to: Scribe, from: Scribe, luck: number): Made[] {
    const [theirs, ours] = [to.heads(), from.heads()]
    const logs = [...ours].map(([device, seq]) => (this.library.get(device) ?? []).slice(theirs.get(device) ?? 0, seq))
    const mixed: Made[] = []
    for (let dice = luck; logs.some((log) => log.length > 0); dice = (dice * 5 + 3) % 256) {
      const log = logs[dice % logs.length] ?? []
      const one = log.shift()
      if (one !== undefined) mixed.push(dice % 5 === 0 ? { ...one, block: null } : one)
      // Some come twice.
      if (one !== undefined && dice % 7 === 0) mixed.push(one)
    }
    return luck % 3 === 0 ? mixed.slice(0, luck % 11) : mixed
  }

  /** Everybody meets everybody until nobody has anything that somebody lacks. */
  end(): void {
    const all = [...this.library.values()]
    for (const [index, device] of this.devices.entries()) {
      // Each in an order of its own: whole logs, one after the other.
      device.take(all.slice(index % Math.max(all.length, 1)).concat(all).flat())
    }
    for (const one of this.devices) for (const other of this.devices) if (one !== other) one.ask(other)
    for (const one of this.devices) for (const other of this.devices) if (one !== other) one.ask(other)
  }

  #device(index: number): Scribe {
    return this.devices[index % this.devices.length] as Scribe
  }

  #say(device: Scribe, what: Step['do'], pick: number, luck: number): { body: Exclude<KnownBody, { kind: 'post' }> } | { said: Said } | null {
    if (what === 'disappear') return { body: { kind: 'disappear', afterMs: luck % 2 === 0 ? HOUR * (1 + (luck % 5)) : null } }
    // Now and then of what this device has never seen.
    const known = luck % 8 === 0 ? this.sent : device.ids()
    const target = known[pick % Math.max(known.length, 1)]
    if (what === 'send') {
      const [reply, forwarded] = [target !== undefined && luck % 3 === 0 ? target : null, luck % 9 === 0]
      return { said: { kind: 'message', text: `words ${luck}`, mentions: [], reply, forwarded, files: [] } }
    }
    if (target === undefined) return null
    switch (what) {
      case 'edit':
        return { said: { kind: 'edit', of: target, text: `other words ${luck}`, mentions: [] } }
      case 'delete':
        return { body: { kind: 'delete', of: [target] } }
      case 'react':
        return { said: { kind: 'reaction', to: target, emoji: EMOJI[luck % EMOJI.length] ?? '👍', on: luck % 4 !== 0 } }
      case 'pin':
        return { body: { kind: 'pin', of: target, on: luck % 3 !== 0 } }
      default:
        return null
    }
  }
}

test(`${RUNS} random histories end in the same conversation on every device (seed ${SEED})`, { timeout: 240_000 }, () => {
  const history = fc.record({ devices: fc.integer({ min: 2, max: 6 }), steps: fc.array(step, { minLength: 1, maxLength: 24 }) })
  fc.assert(
    fc.property(history, ({ devices, steps }) => {
      const run = new History(devices)
      for (const one of steps) run.take(one)
      run.end()
      const [first, ...others] = run.devices.map((device) => JSON.stringify(device.sees()))
      for (const other of others) expect(other).toBe(first)
      // Nothing lost, nothing doubled; what was taken back has its place all the same.
      expect(run.devices[0]?.ids().toSorted()).toEqual(run.sent.toSorted())
    }),
    { numRuns: RUNS, seed: SEED },
  )
})
