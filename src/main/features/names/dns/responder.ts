import type { Lookup } from '../../../../shared/model/names.ts'
import { deadline, type Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { readQuestion, replyFrom, unavailable } from './answer.ts'
import { ANSWER_MS, MAX_LOOKUPS, MAX_QUERIES } from './limits.ts'
import { readQuery, type Reply, writeRefusal, writeReply } from './wire.ts'

export interface ResponderParts {
  /** Of the network that is followed now. */
  readonly tld: () => string
  /** What `alice.peer` points to; never rejects for what a peer did. */
  readonly resolve: (fullName: string, signal: AbortSignal) => Promise<Lookup>
  readonly clock: Clock
  readonly log: Log
}

/** Answers single messages, whichever way they came. */
export interface Responder {
  /** Null: no answer is owed. Never rejects. */
  answer(message: Buffer, way: 'udp' | 'tcp'): Promise<Buffer | null>
  /** Gives up what is being looked up. */
  close(): void
}

const CLOSED = new Error('the DNS responder was switched off')

export function createResponder({ tld, resolve, clock, log }: ResponderParts): Responder {
  const over = new AbortController()
  /** A program asks for A and AAAA at once: one look-up serves both. */
  const running = new Map<string, Promise<Lookup>>()
  let queries = 0

  function look(fullName: string): Promise<Lookup> | null {
    const before = running.get(fullName)
    if (before !== undefined) return before
    if (running.size >= MAX_LOOKUPS) return null
    const limit = deadline(clock, ANSWER_MS, 'a look-up', over.signal)
    const { promise, reject, resolve: settle } = Promise.withResolvers<Lookup>()
    const late = (): void => reject(limit.signal.reason)
    limit.signal.addEventListener('abort', late, { once: true })
    resolve(fullName, limit.signal).then(settle, reject)
    const looking = promise.finally(() => {
      running.delete(fullName)
      limit.signal.removeEventListener('abort', late)
      limit.release()
    })
    running.set(fullName, looking)
    return looking
  }

  async function replyTo(query: Parameters<typeof readQuestion>[0]): Promise<Reply> {
    const top = tld()
    const asked = readQuestion(query, top)
    if (!('fullName' in asked)) return asked
    const looking = look(asked.fullName)
    if (looking === null) return unavailable('Too many names are looked up at once; ask again shortly.')
    try {
      const lookup = await looking
      return replyFrom(query, asked, lookup, top, clock.nowMs())
    } catch (error) {
      if (!over.signal.aborted) log.debug({ error }, 'a name was not looked up for a program')
      return unavailable('It was not found out in time.')
    }
  }

  return {
    async answer(message, way) {
      const read = readQuery(message)
      if (read.outcome === 'ignored' || over.signal.aborted) return null
      if (read.outcome === 'refused') return writeRefusal(read)
      const { query } = read
      if (queries >= MAX_QUERIES) return writeReply(query, unavailable('Too many questions at once; ask again shortly.'), way)
      queries += 1
      try {
        return writeReply(query, await replyTo(query), way)
      } catch (error) {
        log.error({ error }, 'an answer for a program could not be written')
        return writeReply(query, unavailable('The answer could not be written.'), way)
      } finally {
        queries -= 1
      }
    },
    close: () => over.abort(CLOSED),
  }
}
