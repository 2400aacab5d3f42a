import type { Connection } from '@libp2p/interface'
import { deadline, type Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import { roundTrip } from './round-trip.ts'

/** Cuts those that do not answer a round trip in time; gives how many. */
export async function weed(
  connections: readonly Connection[],
  withinMs: number,
  clock: Clock,
  log: Log,
): Promise<number> {
  const verdicts = await Promise.all(connections.map((connection) => verdictOn(connection, withinMs, clock)))
  const silent = connections.filter((_, at) => verdicts[at] === 'silent')
  for (const connection of silent) connection.abort(new Error(`no answer within ${withinMs} ms`))
  if (silent.length > 0) log.info({ asked: connections.length, cut: silent.length }, 'cut connections that are dead')
  return silent.length
}

/** Any answer is one, also a refusal: one that has no time for a ping is there. */
async function verdictOn(connection: Connection, withinMs: number, clock: Clock): Promise<'answered' | 'silent'> {
  const limit = deadline(clock, withinMs, 'a round trip')
  try {
    await roundTrip(connection, clock, limit.signal)
    return 'answered'
  } catch {
    return limit.signal.aborted ? 'silent' : 'answered'
  } finally {
    limit.release()
  }
}
