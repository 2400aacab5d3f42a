import { timed } from '../stats.ts'
import type { Line } from './echo-and-sink.ts'
import { serve } from '../../lab/remote.ts'

type Which = 'direct' | 'relayed'

/** hyperdht's connections time out now and then under full load; what fails so often in a row is broken. */
const TRIES = 10

/** Serves the measuring of two lines, made by `connect`, and made again when they fail: only what works is timed. */
export async function serveLines(connect: Readonly<Record<Which, () => Promise<Line>>>): Promise<void> {
  serve(measuring(connect, { direct: await connect.direct(), relayed: await connect.relayed() }), 'connected')
}

const measuring = (connect: Readonly<Record<Which, () => Promise<Line>>>, lines: Record<Which, Line>) => {
  let failures = 0
  const measure = async (which: Which, run: (line: Line) => Promise<void>): Promise<number> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await timed(() => run(lines[which]))
      } catch (error) {
        failures += 1
        if (attempt === TRIES) throw error
        lines[which] = await connect[which]()
      }
    }
  }
  return {
    /** In ms. */
    roundTrip: ({ line }: { line: Which }): Promise<number> => measure(line, (one) => one.roundTrip()),
    /** In ms. */
    push: ({ line, mebibytes }: { line: Which; mebibytes: number }): Promise<number> => {
      return measure(line, (one) => one.push(mebibytes))
    },
    /** How often a line failed and was made again. */
    failures: (): number => failures,
  }
}
export type Near = ReturnType<typeof measuring>
