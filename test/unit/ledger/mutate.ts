/** Numbers that follow from a seed: a failure is found again by the seed it prints. */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** Mulberry32: from 0 to below `sides`. */
  roll(sides: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides
  }

  pick<T>(list: readonly T[]): T {
    const picked = list[this.roll(list.length)]
    if (picked === undefined) throw new RangeError('nothing to pick from')
    return picked
  }
}

/** Bytes that CBOR reads as something: long lengths, ends, floats, tags, simple values. */
const NASTY = [0x00, 0x17, 0x18, 0x1b, 0x3b, 0x40, 0x5b, 0x5f, 0x7f, 0x9b, 0x9f, 0xbb, 0xbf, 0xd8, 0xf6, 0xf7, 0xfb, 0xff]

type Mutation = (bytes: Uint8Array, dice: Dice, others: readonly Uint8Array[]) => Uint8Array

const mutations: readonly Mutation[] = [
  function flip(bytes, dice) {
    const copy = Uint8Array.from(bytes)
    for (let left = 1 + dice.roll(3); left > 0; left--) {
      const at = dice.roll(copy.length)
      copy[at] = (copy[at] ?? 0) ^ (1 << dice.roll(8))
    }
    return copy
  },
  function overwrite(bytes, dice) {
    const copy = Uint8Array.from(bytes)
    copy[dice.roll(copy.length)] = dice.pick(NASTY)
    return copy
  },
  (bytes, dice) => bytes.slice(0, dice.roll(bytes.length)),
  (bytes, dice) => bytes.slice(dice.roll(bytes.length)),
  function insert(bytes, dice) {
    const at = dice.roll(bytes.length)
    return join(bytes.subarray(0, at), Uint8Array.of(dice.pick(NASTY)), bytes.subarray(at))
  },
  function double(bytes, dice) {
    const at = dice.roll(bytes.length)
    const end = at + dice.roll(64)
    return join(bytes.subarray(0, end), bytes.subarray(at))
  },
  function splice(bytes, dice, others) {
    const other = dice.pick(others)
    return join(bytes.subarray(0, dice.roll(bytes.length)), other.subarray(dice.roll(other.length)))
  },
]

export function mutated(samples: readonly Uint8Array[], dice: Dice): Uint8Array {
  const bytes = dice.pick(mutations)(dice.pick(samples), dice, samples)
  return bytes.length > 0 && dice.roll(4) === 0 ? dice.pick(mutations)(bytes, dice, samples) : bytes
}

const VALUES: readonly unknown[] = [
  0,
  1,
  -1,
  Number.MAX_SAFE_INTEGER,
  0.5,
  '',
  'adele',
  'x'.repeat(300),
  '__proto__',
  'constructor',
  null,
  true,
  [],
  {},
  new Uint8Array(),
  new Uint8Array(8),
  new Uint8Array(32),
  new Uint8Array(64),
  [[]],
  { kind: 'revoke' },
  { kind: 'validators' },
]

/** The same plain value with one of its parts exchanged for something else, left out or doubled. */
export function bent(value: unknown, dice: Dice): unknown {
  const isMap = typeof value === 'object' && value !== null && !(value instanceof Uint8Array)
  if (!isMap || dice.roll(5) === 0) return dice.pick(VALUES)
  if (Array.isArray(value)) {
    const list: unknown[] = [...(value as unknown[])]
    const at = dice.roll(list.length + 1)
    return at === list.length ? [...list, list[0] ?? 0] : list.with(at, bent(list[at], dice))
  }
  const map = Object.fromEntries(Object.entries(value))
  const names = Object.keys(map)
  const name = names.length === 0 ? 'new' : dice.pick(names)
  if (dice.roll(8) === 0) return Object.fromEntries(Object.entries(map).filter(([key]) => key !== name))
  if (dice.roll(8) === 0) return { ...map, [`${name}2`]: map[name] ?? null }
  return { ...map, [name]: bent(map[name] ?? null, dice) }
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
