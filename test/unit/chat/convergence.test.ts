import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'
import { home, messagesWith, type Home } from './household.ts'
import { People } from './people.ts'
import { essence } from './town.ts'
import { Wire } from './wire.ts'

/** Two devices of Alice, two of Bea: each of the four is one of these numbers. */
const device = fc.nat(3)

const by = device
const to = device
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('send'), by, messages: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('act'), by, act: fc.constantFrom('edit', 'delete', 'react', 'pin'), of: fc.nat(50) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cut'), by, to }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('part'), by, to }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('meet'), by, to }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('swallow'), by, to }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('door'), by, shut: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart'), by }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('read'), by }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait'), seconds: fc.integer({ min: 0, max: 30 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('turn') }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** What the test does to the world, and undoes at the end. */
class Trouble {
  readonly wire: Wire
  readonly homes: readonly Home[]
  readonly #parted = new Set<string>()
  readonly #swallowed = new Set<string>()
  readonly #shut = new Set<string>()

  constructor(wire: Wire, homes: readonly Home[]) {
    this.wire = wire
    this.homes = homes
    wire.connected = (one, other) => !this.#parted.has(pair(one, other))
    wire.swallows = (from, to) => this.#swallowed.has(pair(from, to))
    wire.door = (at) => (this.#shut.has(at) ? 'denied' : null)
  }

  id(index: number): Home['device']['peerId'] {
    return this.home(index).device.peerId
  }

  home(index: number): Home {
    const found = this.homes[index]
    if (found === undefined) throw new RangeError(`no device ${index}`)
    return found
  }

  part(one: number, other: number): void {
    this.#parted.add(pair(this.id(one), this.id(other)))
    this.wire.cut(this.id(one), this.id(other))
  }

  meet(one: number, other: number): void {
    this.#parted.delete(pair(this.id(one), this.id(other)))
    this.#swallowed.delete(pair(this.id(one), this.id(other)))
    this.home(one).chat.wake(this.home(other).device.account)
    this.home(other).chat.wake(this.home(one).device.account)
  }

  swallow(one: number, other: number): void {
    this.#swallowed.add(pair(this.id(one), this.id(other)))
  }

  shut(index: number, shut: boolean): void {
    if (shut) this.#shut.add(this.id(index))
    else this.#shut.delete(this.id(index))
  }

  end(): void {
    this.#shut.clear()
    const all = this.homes.map((_, index) => index)
    for (const one of all) for (const other of all) if (one !== other) this.meet(one, other)
  }
}

function pair(one: string, other: string): string {
  return [one, other].toSorted().join(' ')
}

async function run(steps: readonly Step[]): Promise<void> {
  const people = new People()
  const wire = new Wire()
  const clock = new FakeClock()
  const accounts = [await people.account(), await people.account()] as const
  const homes: Home[] = []
  for (const account of [accounts[0], accounts[0], accounts[1], accounts[1]]) {
    homes.push(await home(await people.device(account), { people, wire, clock }))
  }
  const other = (one: Home) => (one.device.account === accounts[0] ? accounts[1] : accounts[0])
  const trouble = new Trouble(wire, homes)
  const sent = new Map<string, string[]>(homes.map((one) => [one.device.peerId, []]))
  /** Messages whose words are no longer those that were sent. */
  const touched = new Set<string>()
  let done = 0
  let count = 0

  const act = async (by: Home, what: 'edit' | 'delete' | 'react' | 'pin', of: number): Promise<unknown> => {
    const there = messagesWith(by, other(by)).filter(({ kind, mine }) => kind === 'text' && (mine || what === 'react' || what === 'pin'))
    const id = there[of % Math.max(there.length, 1)]?.id
    if (id === undefined) return undefined
    if (what === 'react') return by.chat.react(id, of % 2 === 0 ? '👍' : '🎂', of % 3 !== 0)
    if (what === 'pin') return by.chat.pinMessage(id, of % 3 !== 0)
    done += 1
    touched.add(id)
    return what === 'edit' ? by.chat.edit(id, `edited ${done}`, []) : by.chat.remove(id, 'everyone')
  }

  const take = async (what: Step): Promise<unknown> => {
    switch (what.do) {
      case 'send': {
        const by = trouble.home(what.by)
        const { id } = by.chat.open(other(by))
        const texts = Array.from({ length: what.messages }, () => `${by.device.peerId} ${(count += 1)}`)
        sent.get(by.device.peerId)?.push(...texts)
        return Promise.all(texts.map((text) => by.chat.send(id, { text })))
      }
      case 'act':
        return act(trouble.home(what.by), what.act, what.of)
      case 'cut':
        return wire.cut(trouble.id(what.by), trouble.id(what.to))
      case 'part':
        return trouble.part(what.by, what.to)
      case 'meet':
        return what.by === what.to ? undefined : trouble.meet(what.by, what.to)
      case 'swallow':
        return trouble.swallow(what.by, what.to)
      case 'door':
        return trouble.shut(what.by, what.shut)
      case 'restart':
        return trouble.home(what.by).restart()
      case 'read': {
        const by = trouble.home(what.by)
        return by.chat.markRead(by.chat.open(other(by)).id, 1_000_000)
      }
      case 'wait':
        return clock.advance(what.seconds * SECOND)
      case 'turn':
        return new Promise((resolve) => setImmediate(resolve))
    }
  }
  for (const what of steps) await take(what)

  await clock.advance(30 * SECOND)
  trouble.end()
  await eventually('everybody to hold everything', async () => {
    await clock.advance(10 * SECOND)
    const seen = homes.map((one) => JSON.stringify(messagesWith(one, other(one)).map(essence)))
    const holdsAll = (one: Home): boolean => messagesWith(one, other(one)).length === count
    return homes.every((one) => holdsAll(one) && one.chat.open(other(one)).waiting === 0) && new Set(seen).size === 1
  })

  for (const one of homes) {
    const messages = messagesWith(one, other(one))
    const positions = messages.map(({ position }) => position).toSorted((a, b) => a - b)
    expect(positions).toEqual(messages.map((_, index) => index + 1))
    expect(messages.map(({ id }) => id)).toEqual(messagesWith(homes[0] ?? one, other(homes[0] ?? one)).map(({ id }) => id))
    for (const [author, texts] of sent) {
      const whole = messages.filter(({ device, id }) => device === author && !touched.has(id)).map(({ text }) => text)
      expect(whole).toEqual(texts.filter((text) => whole.includes(text)))
      expect(messages.filter(({ device }) => device === author)).toHaveLength(texts.length)
    }
    expect(one.offences).toEqual([])
    await one.stop()
  }
}

test('whatever is cut, shut and restarted, every device ends with every message, once and in order', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 50 }), run), { numRuns: 40 })
}, 60_000)
