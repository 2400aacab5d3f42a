import { Lab } from '../../lab/lab.ts'
import { openHerd } from '../../lab/herds.ts'
import { figuresOf } from '../../lab/process-figures.ts'
import type { HerdStatus, Member } from '../../lab/herd.ts'
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

/** One introducer with 500 peers, then with 200 circuits besides; then it is killed, and all of them come back. */
export async function crowd(): Promise<Figure[]> {
  const each = PEERS / PLACES.length
  const others = PLACES.map((name) => ({ name, kind: 'public' as const, addresses: each, spread: true }))
  const lab = await Lab.create([], ['ines'], { others, flags: ['--relay-reservations', String(PEERS)] })
  try {
    const herd = await openHerd(lab, PLACES, PEERS)
    const isWhole = ({ registered, reserved }: HerdStatus): boolean => registered === PEERS && reserved === PEERS
    await herd.untilAll(isWhole)
    const { pid, addresses: [address = ''] } = lab.introducer('ines')

    const idle = await over(pid)
    const halves = await Promise.all(herd.parts.map((part) => part.call('members')))
    const talk = async (part: number, from: number, to: Member): Promise<void> => {
      await herd.parts[part]?.call('talk', { from, to, address: `${address}/p2p-circuit/p2p/${to.peerId}` }, 120_000)
    }
    // Number i of one half with number i of the other.
    const [, far = []] = halves
    for (let i = 0; i < CIRCUITS; i += 4) {
      await Promise.all(far.slice(i, i + 4).map((to, j) => talk(0, i + j, to)))
    }
    const { circuits } = await lab.introducer('ines').status()
    const busy = await over(pid)

    await lab.introducer('ines').kill()
    await herd.untilAll(({ connected }) => connected === 0)
    await lab.restart('ines')
    const restartedMs = performance.timeOrigin + performance.now()
    await herd.untilAll(isWhole)
    const back = (await herd.backAtMs()).map((atMs) => (atMs ?? Number.NaN) - restartedMs)

    const figure = (what: string, unit: Figure['unit'], figures: readonly number[]): Figure => {
      return { suite, what, unit, summary: summarize(figures) }
    }
    return [
      figure(`introducer: memory with ${PEERS} peers registered (RSS)`, 'MiB', idle.mebibytes),
      figure(`introducer: processor with ${PEERS} peers registered`, '% of a core', idle.percent),
      figure(`introducer: memory with ${circuits} circuits besides (RSS)`, 'MiB', busy.mebibytes),
      figure(`introducer: processor with ${circuits} circuits besides`, '% of a core', busy.percent),
      figure(`introducer: killed and back, a peer of ${PEERS} has its place again`, 'ms', back),
    ]
  } finally {
    await lab.close()
  }
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
