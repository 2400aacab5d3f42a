import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { serveHttp } from '../../../src/main/control/index.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import { openHousehold, type HouseholdOptions, type OpenHousehold } from '../../helpers/households.ts'
import { latch, start, type HeldIo, type Run, type Running } from './held-io.ts'

/** Somebody's node, and their command line. */
export interface Home extends OpenHousehold {
  /** `latch <args>` on this data folder, to its end. */
  run(...args: string[]): Promise<Run>
  /** The same with `--json`, and its one value. */
  json(...args: string[]): Promise<unknown>
  /** Begins a command that waits for something. */
  begin(args: readonly string[], held?: HeldIo): Running
}

export async function openHome(name: string, services: HouseholdOptions['services'] = {}): Promise<Home> {
  const household = await openHousehold({ name, services })
  const door = await serveHttp({
    node: household.node,
    log: silentLog,
    clock: systemClock,
    random: (bytes) => randomBytes(bytes),
    port: 0,
    staticFolder: join(household.dataFolder, 'no-window'),
  })
  const env = { LATCH_DATA: household.dataFolder }
  const run = (...args: string[]): Promise<Run> => latch(args, { env })
  return {
    ...household,
    run,
    async json(...args) {
      const { code, out, err } = await run(...args, '--json')
      if (code !== 0) throw new Error(`latch ${args.join(' ')} ended with ${code}: ${err}`)
      return JSON.parse(out)
    },
    begin: (args, held = {}) => start(args, { ...held, env }),
    async close() {
      await door.close()
      await household.close()
    },
  }
}
