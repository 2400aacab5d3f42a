import { isAlive } from '../control-file.ts'
import { CliError, exitCodes } from '../failure.ts'
import type { Register } from '../program.ts'

/** A node writes what it holds and says goodbye to its peers; much longer means that something hangs. */
const STOP_TIMEOUT_MS = 15_000
const LOOK_EVERY_MS = 25

export const register: Register = (program, context) => {
  program
    .command('stop')
    .description('stop the node, cleanly, and wait until it has')
    .action(async () => {
      const { io } = context
      const { pid } = await context.control()
      const client = await context.client()
      await client.node.stop()
      const endMs = io.nowMs() + STOP_TIMEOUT_MS
      while (isAlive(pid) && pid !== process.pid) {
        if (io.interrupted.aborted)
          throw new CliError(exitCodes.interrupted, 'The node is still stopping.', 'INTERRUPTED')
        if (io.nowMs() > endMs)
          throw new CliError(exitCodes.failed, `The node (process ${pid}) has not stopped yet.`, 'BUSY')
        await io.sleep(LOOK_EVERY_MS, io.interrupted)
      }
      context.show({ stopped: true }, () => 'Stopped.')
    })
}
