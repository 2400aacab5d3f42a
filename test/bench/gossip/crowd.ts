import { fork, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'
import { at } from '../../helpers/gossip-nodes.ts'

/** As many nodes in each of two processes: this machine's two processors, where real nodes have one each. */
const PARTS = 2
const IN_PART = 25
export const NODES = PARTS * IN_PART

/** Besides the ring, so that nobody is left out. */
const DIALS = 3
const MESSAGES = 60
const WARM_UP = 10
/** So far apart that each message has the crowd to itself. */
const EVERY_MS = 300
const SETTLING_MS = 2_500

export interface Place {
  readonly port: number
  readonly peerId: string
}

export type ToPart =
  | { kind: 'dial'; edges: [number, Place][] }
  | { kind: 'settled' }
  | { kind: 'say'; from: number }
  | { kind: 'figures' }

export type FromPart =
  | { kind: 'places'; places: Place[] }
  | { kind: 'done' }
  | { kind: 'said'; id: string; atMs: number }
  /** What was heard since the last time; processor time and copies since the start. */
  | { kind: 'figures'; heard: { id: string; atMs: number }[]; cpuMs: number; copies: number }

export interface CrowdFigures {
  readonly delaysMs: readonly number[]
  /** Processor time of each message: all nodes together, divided by them, less what the crowd takes when nobody speaks. */
  readonly cpuMs: readonly number[]
  /** Copies beyond the one that each of the others needs, for each message and node. */
  readonly spareCopies: number
  readonly expected: number
}

/** A part and one question at a time to it. */
class Part {
  readonly #process: ChildProcess

  constructor(kind: string, oneWayMs: number) {
    const script = join(import.meta.dirname, 'part.ts')
    this.#process = fork(script, [kind, String(IN_PART), String(oneWayMs)], { execArgv: ['--no-warnings'] })
  }

  answer(): Promise<FromPart> {
    return new Promise((resolve, reject) => {
      const over = (): void => reject(new Error('a part of the crowd ended'))
      this.#process.once('exit', over)
      this.#process.once('message', (message: FromPart) => {
        this.#process.off('exit', over)
        resolve(message)
      })
    })
  }

  ask(message: ToPart): Promise<FromPart> {
    const answer = this.answer()
    this.#process.send(message)
    return answer
  }

  end(): void {
    this.#process.kill('SIGKILL')
  }
}

/** A fixed graph, the same for all, some seven neighbours each: a linear congruence is random enough for it. */
function edges(): [number, number][] {
  let state = 7
  const random = (): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) % NODES
  const made = new Map<string, [number, number]>()
  for (let from = 0; from < NODES; from++) {
    for (const to of [(from + 1) % NODES, ...Array.from({ length: DIALS }, random)]) {
      if (from !== to) made.set([from, to].toSorted((a, b) => a - b).join('-'), [from, to])
    }
  }
  return [...made.values()]
}

/** 50 nodes on loopback, one after another saying something of the size of a short message. */
export async function measureCrowd(kind: 'gossip' | 'flood', oneWayMs: number): Promise<CrowdFigures> {
  const parts = Array.from({ length: PARTS }, () => new Part(kind, oneWayMs))
  try {
    return await measured(parts)
  } finally {
    for (const part of parts) part.end()
  }
}

async function measured(parts: readonly Part[]): Promise<CrowdFigures> {
  const told = await Promise.all(parts.map((part) => part.answer()))
  const places = told.flatMap((one) => (one.kind === 'places' ? one.places : []))
  const ofPart = (index: number): [number, Place][] =>
    edges().flatMap(([from, to]) => (Math.floor(from / IN_PART) === index ? [[from % IN_PART, at(places, to)]] : []))
  // One after another: two that dial each other at once would be connected twice.
  for (const [index, part] of parts.entries()) await part.ask({ kind: 'dial', edges: ofPart(index) })
  for (const part of parts) await part.ask({ kind: 'settled' })
  await after(SETTLING_MS)

  const saidMs = new Map<string, number>()
  const say = async (index: number): Promise<void> => {
    const from = (index * 17) % NODES
    const said = await at(parts, Math.floor(from / IN_PART)).ask({ kind: 'say', from: from % IN_PART })
    if (said.kind === 'said') saidMs.set(said.id, said.atMs)
    await after(EVERY_MS)
  }
  for (let index = 0; index < WARM_UP; index++) await say(index)
  await after(1_000)
  let before = await figuresOf(parts)
  await after(2_000)
  let now = await figuresOf(parts)
  const idleShare = (now.cpuMs - before.cpuMs) / (now.takenMs - before.takenMs)

  saidMs.clear()
  const start = now
  const cpuMs: number[] = []
  const heard: { id: string; atMs: number }[] = []
  for (let index = 0; index < MESSAGES; index++) {
    before = now
    await say(index)
    now = await figuresOf(parts)
    heard.push(...now.heard)
    cpuMs.push(Math.max(0, now.cpuMs - before.cpuMs - idleShare * (now.takenMs - before.takenMs)) / NODES)
  }
  await after(1_000)
  now = await figuresOf(parts)
  heard.push(...now.heard)
  const expected = MESSAGES * (NODES - 1)
  const delaysMs = heard.flatMap(({ id, atMs }) => {
    const startMs = saidMs.get(id)
    return startMs === undefined ? [] : [atMs - startMs]
  })
  return { delaysMs, cpuMs, spareCopies: (now.copies - start.copies - expected) / MESSAGES / NODES, expected }
}

interface AllFigures {
  readonly heard: { id: string; atMs: number }[]
  readonly cpuMs: number
  readonly copies: number
  readonly takenMs: number
}

async function figuresOf(parts: readonly Part[]): Promise<AllFigures> {
  const all = await Promise.all(parts.map((part) => part.ask({ kind: 'figures' })))
  const figures = all.flatMap((one) => (one.kind === 'figures' ? [one] : []))
  return {
    heard: figures.flatMap(({ heard }) => heard),
    cpuMs: figures.reduce((sum, one) => sum + one.cpuMs, 0),
    copies: figures.reduce((sum, one) => sum + one.copies, 0),
    takenMs: performance.now(),
  }
}
