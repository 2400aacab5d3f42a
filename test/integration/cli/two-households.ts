import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { serveHttp } from '../../../src/main/control/index.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { openHousehold, openNode, type HouseholdOptions, type OpenHousehold, type OpenNode } from '../../helpers/households.ts'
import { latch, start, type HeldIo, type Run, type Running } from './held-io.ts'

interface Line {
  /** `latch <args>` on this data folder, to its end. */
  run(...args: string[]): Promise<Run>
  /** The same, with what comes by standard input. */
  piped(input: string | Uint8Array, ...args: string[]): Promise<Run>
  /** The same with `--json`, and its one value. */
  json(...args: string[]): Promise<unknown>
  /** Begins a command that waits for something. */
  begin(args: readonly string[], held?: HeldIo): Running
}

/** Somebody's node, and their command line. */
export interface Home extends OpenHousehold, Line {}

/** A node that nobody has named themselves on, and its command line. */
export interface FreshHome extends OpenNode, Line {}

export async function openHome(name: string, services: HouseholdOptions['services'] = {}): Promise<Home> {
  const household = await openHousehold({ name, services })
  return { ...household, ...(await lineOf(household)) }
}

export async function openFreshHome(): Promise<FreshHome> {
  const fresh = await openNode()
  return { ...fresh, ...(await lineOf(fresh)) }
}

async function lineOf({ node, dataFolder, close }: OpenNode): Promise<Line & Pick<OpenNode, 'close'>> {
  const door = await serveHttp({
    node,
    log: silentLog,
    clock: systemClock,
    random: (bytes) => randomBytes(bytes),
    port: 0,
    staticFolder: join(dataFolder, 'no-window'),
  })
  const env = { LATCH_DATA: dataFolder }
  const run = (...args: string[]): Promise<Run> => latch(args, { env })
  return {
    run,
    piped: (input, ...args) => latch(args, { env, input }),
    async json(...args) {
      const { code, out, err } = await run(...args, '--json')
      if (code !== 0) throw new Error(`latch ${args.join(' ')} ended with ${code}: ${err}`)
      return JSON.parse(out)
    },
    begin: (args, held = {}) => start(args, { ...held, env }),
    async close() {
      await door.close()
      await close()
    },
  }
}
