import { Lab } from '../../lab/lab.ts'
import { openHerd } from '../../lab/herds.ts'
import { figuresOf } from '../../lab/process-figures.ts'
import type { Member } from '../../lab/herd.ts'
import { MiB } from '../../../src/shared/units.ts'
import { delay, systemClock } from '../../../src/main/platform/clock.ts'
import type { Figure } from '../report.ts'
import { summarize } from '../stats.ts'

const PEERS = 500
const CIRCUITS = 200
/** A /24 each, as people have; one place holds no more interfaces' worth of them. */
const PLACES = ['herd-1', 'herd-2']
const WINDOWS = 6
const WINDOW_MS = 5_000
const suite = 'reach'

/** One introducer with 500 registered peers, then with 200 circuits on which something is said now and then. */
export async function crowd(): Promise<Figure[]> {
  const each = PEERS / PLACES.length
  const others = PLACES.map((name) => ({ name, kind: 'public' as const, addresses: each, spread: true }))
  const lab = await Lab.create([], ['ines'], { others, flags: ['--relay-reservations', String(PEERS)] })
  try {
    const startMs = performance.now()
    const herd = await openHerd(lab, PLACES, PEERS)
    await herd.untilAll(({ registered }) => registered === PEERS)
    const arrivals = PEERS / ((performance.now() - startMs) / 1_000)
    // Whoever was too slow for its first try asks again after a minute.
    await herd.untilAll(({ reserved }) => reserved === PEERS)
    const { pid, addresses: [address = ''] } = lab.introducer('ines')

    const idle = await over(pid)
    const halves = await Promise.all(herd.parts.map((part) => part.call('members')))
    const talk = async (part: number, from: number, to: Member): Promise<void> => {
      await herd.parts[part]?.call('talk', { from, to, address: `${address}/p2p-circuit/p2p/${to.peerId}` }, 120_000)
    }
    // Number i of one half with number i of the other.
    for (let i = 0; i < CIRCUITS; i += 4) {
      await Promise.all([0, 1, 2, 3].map((j) => talk(0, i + j, halves[1]?.[i + j] ?? raise())))
    }
    const { circuits } = await lab.introducer('ines').status()
    const busy = await over(pid)
    const figure = (what: string, unit: Figure['unit'], figures: readonly number[]): Figure => ({ suite, what, unit, summary: summarize(figures) })
    return [
      figure(`introducer: peers that came in a second, on two cores that they share`, 'peers/s', [arrivals]),
      figure(`introducer: memory with ${PEERS} peers registered (RSS)`, 'MiB', idle.mebibytes),
      figure(`introducer: processor with ${PEERS} peers registered`, '% of a core', idle.percent),
      figure(`introducer: memory with ${circuits} circuits besides (RSS)`, 'MiB', busy.mebibytes),
      figure(`introducer: processor with ${circuits} circuits besides`, '% of a core', busy.percent),
    ]
  } finally {
    await lab.close()
  }
}

function raise(): never {
  throw new Error('there is nobody to talk to')
}

async function over(pid: number): Promise<{ mebibytes: number[]; percent: number[] }> {
  const mebibytes: number[] = []
  const percent: number[] = []
  let before = await figuresOf(pid)
  for (let window = 0; window < WINDOWS; window++) {
    await delay(systemClock, WINDOW_MS)
    const after = await figuresOf(pid)
    mebibytes.push(after.residentBytes / MiB)
    percent.push(((after.processorMs - before.processorMs) / WINDOW_MS) * 100)
    before = after
  }
  return { mebibytes, percent }
}
