import { base32 } from 'multiformats/bases/base32'
import type { AccountId, PeerId } from '../../../shared/ids.ts'
import { ExchangeId, type App, type AppId, type AppPerson } from '../../../shared/model/apps.ts'
import type { Database } from '../../platform/database.ts'
import type { Clock } from '../../platform/clock.ts'
import { Feed, type Watched } from '../../platform/feed.ts'
import type { Log } from '../../platform/log.ts'
import type { Offence, PeerStreams } from '../../platform/streams.ts'
import { createAppProtocol } from '../../protocols/app/index.ts'
import { over, type Exchange } from './exchanges.ts'
import { Inbound, type InboundParts } from './inbound.ts'
import { MAX_HELD_BYTES, MAX_IN_PIECES } from './limits.ts'
import { Outbound, type OutboundParts } from './outbound.ts'
import { Programs } from './programs.ts'
import { Room } from './room.ts'
import type { AppsEvent, AppsFeature, ServeEvent } from './types.ts'

/** What programs need of the rest of the house. */
export interface AppsParts extends Pick<OutboundParts, 'connect' | 'knock'>, Pick<InboundParts, 'admits'> {
  readonly streams: PeerStreams
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** Cryptographically random bytes, so many. */
  readonly random: (bytes: number) => Uint8Array
  readonly offence: Offence
  readonly proofs: {
    of(peerId: PeerId): { readonly account: AccountId; readonly claimedName: string } | null
    prove(peerId: PeerId, signal?: AbortSignal): Promise<{ readonly account: AccountId } | null>
  }
  /** The name that this person gave them; null for who is no contact. */
  readonly petnameOf: (account: AccountId) => string | null
  /** Contacts, but for those who are blocked. */
  readonly people: () => AppPerson[]
}

/** The programs of this person, from the database; requests are taken from `start` on. */
export function createApps(parts: AppsParts): AppsFeature {
  const { clock, log, proofs, random, offence } = parts
  const feed = new Feed<AppsEvent>((error) => log.error({ error }, 'a listener of programs failed'))
  const newId = (): ExchangeId => ExchangeId.parse(base32.baseEncode(random(16)))
  const [held, inPieces] = [new Room(MAX_HELD_BYTES), new Room(MAX_IN_PIECES)]
  const protocol = createAppProtocol({ streams: parts.streams, clock, offence })
  const programs = new Programs({
    database: parts.database,
    clock,
    random,
    publish: (event) => feed.publish(event),
    revoked: (id) => outbound.drop(id),
  })
  const inbound = new Inbound({
    clock,
    log,
    newId,
    held,
    inPieces,
    admits: parts.admits,
    lineOf: (app) => programs.lineOf(app),
    who(peerId) {
      const proof = proofs.of(peerId)
      if (proof === null) return null
      const petname = parts.petnameOf(proof.account)
      return { account: proof.account, peerId, name: petname ?? proof.claimedName, isContact: petname !== null }
    },
  })
  const { connect, knock } = parts
  const prove: OutboundParts['prove'] = (peerId, signal) => proofs.prove(peerId, signal)
  const outbound = new Outbound({ protocol, clock, offence, newId, held, inPieces, connect, knock, prove })

  function exchange(app: AppId, id: ExchangeId): Exchange {
    const found = inbound.open.find(app, id) ?? outbound.open.find(app, id)
    if (found === null) throw over()
    return found
  }

  async function* serve(app: AppId, signal?: AbortSignal): AsyncGenerator<Watched<App, ServeEvent>, void, void> {
    if (signal?.aborted === true) return
    const { app: shown, line } = programs.connect(app)
    const left = (): void => line.close('left')
    signal?.addEventListener('abort', left, { once: true })
    try {
      let seq = 0
      yield { kind: 'snapshot', seq: seq++, snapshot: shown }
      for await (const event of line.events()) yield { kind: 'event', seq: seq++, event }
    } finally {
      signal?.removeEventListener('abort', left)
      left()
    }
  }

  return {
    start: () => protocol.serve((request) => inbound.serve(request)),
    async stop() {
      programs.stop()
      outbound.drop(null)
    },

    list: () => programs.list(),
    register: (id, title) => programs.register(id, title),
    renew: (id) => programs.renew(id),
    remove: (id) => programs.remove(id),
    watch: (signal) => feed.watch(() => programs.list(), signal),
    opens: (token) => programs.opens(token),

    people: () => parts.people(),
    serve,
    reply: async (app, id, status, sending) => inbound.open.get(app, id).reply(status, sending),
    request: (app, ask, signal) => outbound.request(app, ask, signal),
    response: async (app, id, signal) => outbound.open.get(app, id).answer(signal),
    read: async (app, id, signal) => exchange(app, id).read(signal),
    write: async (app, id, chunk, done) => exchange(app, id).write(chunk, done),
    cancel: (app, id) => exchange(app, id).cancel(),
  }
}
