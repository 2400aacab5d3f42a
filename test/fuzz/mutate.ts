import * as dagCbor from '@ipld/dag-cbor'
import type { Dice } from '../unit/ledger/mutate.ts'

/** Numbers that lengths, times and places go wrong at. */
const NUMBERS = [0, 1, -1, 23, 24, 255, 256, 65_535, 65_536, 2 ** 31, 2 ** 32, 2 ** 53 - 1, -(2 ** 53 - 1), 1.5]

/** Bytes that one of the formats reads as something: lengths, ends, marks, tags. */
const BYTES = [0x00, 0x01, 0x17, 0x18, 0x1b, 0x20, 0x2c, 0x3b, 0x40, 0x5b, 0x5f, 0x7f, 0x80, 0x9b, 0xa0, 0xbb, 0xd8, 0xd9, 0xf6, 0xf7, 0xfb, 0xff]

/** Words that code compares with: found in the sources, and tried in the input. */
export type Words = readonly string[]

type Bend = (data: Buffer, dice: Dice, others: readonly Uint8Array[], words: Words) => Buffer

const from = (data: Buffer, at: number, taken: number, put: Uint8Array): Buffer =>
  Buffer.concat([data.subarray(0, at), put, data.subarray(at + taken)])

const BENDS: readonly Bend[] = [
  (data, dice) => {
    const copy = Buffer.from(data)
    for (let left = 1 + dice.roll(4); left > 0 && copy.length > 0; left--) {
      const at = dice.roll(copy.length)
      copy[at] = (copy[at] ?? 0) ^ (1 << dice.roll(8))
    }
    return copy
  },
  (data, dice) => from(data, dice.roll(data.length + 1), 1, Uint8Array.of(dice.roll(2) === 0 ? dice.pick(BYTES) : dice.roll(256))),
  (data, dice) => from(data, dice.roll(data.length + 1), 0, Uint8Array.of(dice.pick(BYTES))),
  (data, dice) => from(data, dice.roll(data.length + 1), 1 + dice.roll(8), new Uint8Array()),
  (data, dice) => data.subarray(0, dice.roll(data.length + 1)),
  // A piece of itself once more, up to many times: what is long, and what is deep.
  (data, dice) => {
    const at = dice.roll(data.length + 1)
    const piece = data.subarray(at, at + 1 + dice.roll(16))
    return from(data, at, 0, Buffer.concat(Array<Buffer>(1 + dice.roll(dice.pick([2, 8, 64]))).fill(piece)))
  },
  (data, dice, others) => {
    const other = Buffer.from(dice.pick(others))
    return Buffer.concat([data.subarray(0, dice.roll(data.length + 1)), other.subarray(dice.roll(other.length + 1))])
  },
  (data, dice, _, words) => (words.length === 0 ? data : from(data, dice.roll(data.length + 1), dice.roll(4), Buffer.from(dice.pick(words)))),
  (data, dice, others, words) => inside(data, dice, others, words),
  (data, dice, others, words) => inside(data, dice, others, words),
]

/** Another input from one that is known: bent a few times, as bytes or as the value that they stand for. */
export function mutate(data: Uint8Array, dice: Dice, others: readonly Uint8Array[], words: Words, maxBytes: number): Buffer {
  let bent = Buffer.from(data)
  for (let left = 1 + dice.roll(3); left > 0; left--) bent = Buffer.from(dice.pick(BENDS)(bent, dice, others, words))
  return bent.subarray(0, maxBytes)
}

/** Where the bytes are DAG-CBOR, one place of their value is another; otherwise they stay. */
function inside(data: Buffer, dice: Dice, others: readonly Uint8Array[], words: Words): Buffer {
  try {
    const root: { value: unknown } = { value: dagCbor.decode(new Uint8Array(data)) }
    const places = placesIn(root)
    const [holder, key] = dice.pick(places)
    holder[key] = another(holder[key], dice, words, others)
    if (dice.roll(8) === 0 && key !== 'value') delete holder[key]
    return Buffer.from(dagCbor.encode(root.value))
  } catch {
    return data
  }
}

type Holder = Record<string, unknown>

function placesIn(root: Holder): [Holder, string][] {
  const places: [Holder, string][] = []
  const open: Holder[] = [root]
  for (let holder = open.pop(); holder !== undefined && places.length < 10_000; holder = open.pop()) {
    for (const key of Object.keys(holder)) {
      places.push([holder, key])
      const value = holder[key]
      if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) open.push(value as Holder)
    }
  }
  return places
}

function another(value: unknown, dice: Dice, words: Words, others: readonly Uint8Array[]): unknown {
  const word = (): string => (words.length === 0 ? '' : dice.pick(words))
  switch (dice.roll(10)) {
    case 0:
      return dice.pick(NUMBERS)
    case 1:
    case 2:
      return word()
    case 3:
      return typeof value === 'string' ? value.repeat(dice.pick([2, 16, 300])) : dice.pick([null, true, false])
    case 4:
      return Array<unknown>(dice.pick([0, 1, 2, 17, 65, 257])).fill(value)
    case 5:
      return { [word()]: value, [word()]: dice.pick(NUMBERS) }
    case 6:
      return Uint8Array.from(dice.pick(others)).subarray(0, dice.pick([0, 8, 16, 20, 32, 36, 64, 1_000]))
    case 7:
      return new Uint8Array(dice.pick([0, 1, 16, 20, 32, 33, 36, 64, 65]))
    case 8:
      return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value, [word()]: word() } : [value, value]
    default:
      return typeof value === 'number' ? value + dice.pick([-1, 1, 1_000]) : typeof value === 'string' ? bentText(value, dice) : value
  }
}

function bentText(text: string, dice: Dice): string {
  const at = dice.roll(text.length + 1)
  const strange = dice.pick(['\u0000', '\u202e', '\ud800', '\n', '/', '..', '%', '@', '\u200d', '😀', '\ufeff', 'A', '0', '-'])
  return text.slice(0, at) + strange + text.slice(at + dice.roll(3))
}
