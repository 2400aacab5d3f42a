import type { PrivateKey } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { base32 } from 'multiformats/bases/base32'
import { LatchError } from '../../../shared/errors.ts'
import { KnockId, PeerId, RuleId, type AccountId } from '../../../shared/ids.ts'
import type { Rule } from '../../../shared/model/door.ts'
import type { Standing } from '../../../shared/model/peers.ts'
import { SECOND } from '../../../shared/units.ts'
import { deadline, delay, type Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import { Feed } from '../../platform/feed.ts'
import type { Log } from '../../platform/log.ts'
import type { PeerStreams } from '../../platform/streams.ts'
import { createKnockProtocol } from '../../protocols/knock/index.ts'
import { Admissions } from './admissions.ts'
import { Answers } from './answers.ts'
import { Journal } from './journal.ts'
import { GUARD_PROOF_TIMEOUT_MS, KNOCK_PROOF_TIMEOUT_MS } from './limits.ts'
import { DecisionLog } from './log.ts'
import { Mutes } from './mute.ts'
import { letsIn } from './policy.ts'
import { Questions } from './questions.ts'
import { ReceivedKnocks, type ProvenDevice } from './received-knocks.ts'
import { RuleBook } from './rule-book.ts'
import { Salts } from './salts.ts'
import { SentKnocks, type KnockTarget } from './sent-knocks.ts'
import { Standings } from './standings.ts'
import { DoorStore } from './store.ts'
import { DoorTime } from './time.ts'
import { Tokens } from './tokens.ts'
import type { Closed, DoorEvent, DoorFeature, Opened } from './types.ts'
import { Verdicts } from './verdicts.ts'

/** How long a verdict may take to go out before the connection it goes over is closed all the same. */
const LAST_WORD_MS = 1 * SECOND

/** Points for a verdict not taken. The first two happen to the honest, when a receipt was lost or a knock forgotten. */
const FALSE_VERDICT_POINTS = { unknown: 1, replayed: 1, forged: 20 } as const

export interface DoorParts {
  readonly streams: PeerStreams
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  /** Cryptographically random bytes, so many. */
  readonly random: (bytes: number) => Uint8Array
  /** The libp2p key of this device: it signs verdicts. */
  readonly deviceKey: PrivateKey
  readonly proofs: {
    of(peerId: PeerId): ProvenDevice | null
    prove(peerId: PeerId, signal?: AbortSignal): Promise<ProvenDevice | null>
    devicesOf(account: AccountId): readonly PeerId[]
  }
  readonly isContact: (account: AccountId) => boolean
  /** Makes sure that this peer, or a device of this account, is connected. *Errors*: LatchError UNREACHABLE. */
  readonly connect: (to: KnockTarget) => Promise<PeerId>
  /** Without it, who is banned, blocked or shut out again keeps what is open until the connection ends. */
  readonly closeConnections?: (peerId: PeerId) => void
}

/**
 * The door of one node. It reads the database at once, so that its guards decide before `start`; knocks are taken, and
 * what was open at the last stop is missed, from `start` on.
 */
export function createDoor(parts: DoorParts): DoorFeature {
  const { streams, database, clock, random, proofs, isContact, deviceKey } = parts
  const log = parts.log.child('door')
  const self = PeerId.parse(peerIdFromPrivateKey(deviceKey).toString())
  const newId = (): string => base32.baseEncode(random(16))
  const feed = new Feed<DoorEvent>((error) => log.error({ error }, 'a listener failed'))
  const openings = new Feed<Opened>((error) => log.error({ error }, 'a listener failed'))
  const closings = new Feed<Closed>((error) => log.error({ error }, 'a listener failed'))
  const publish = (event: DoorEvent): void => feed.publish(event)
  const opened = (opening: Opened): void => openings.publish(opening)
  const closed = (closing: Closed): void => closings.publish(closing)

  const time = new DoorTime(clock)
  const standings = new Standings(() => time.steadyMs())
  const store = new DoorStore(database)
  const decisions = new DecisionLog(database, time)
  const tokens = new Tokens(database, time, random)
  const mutes = new Mutes()

  const hangUp = (peerId: PeerId): void => parts.closeConnections?.(peerId)
  const lastWord = (peerId: PeerId): Promise<void> =>
    Promise.race([verdicts.settled(peerId), delay(clock, LAST_WORD_MS)])
  const shut = (peerId: PeerId, why: string): void => {
    log.info({ peer: peerId, why }, 'closes the connections of a peer')
    void lastWord(peerId).then(() => hangUp(peerId))
  }

  function offence(peerId: PeerId, why: string, points: number): void {
    const { before, after } = standings.lower(peerId, why, points)
    log.info({ peer: peerId, why, points, score: after.score }, 'a peer did wrong')
    const isGone = (standing: Standing): boolean =>
      standing.standing === 'disconnected' || standing.standing === 'banned'
    if (isGone(after) && before.standing !== after.standing) hangUp(peerId)
  }

  async function provenWithin(peerId: PeerId, limitMs: number, parent?: AbortSignal): Promise<ProvenDevice | null> {
    const known = proofs.of(peerId)
    if (known !== null) return known
    const { signal, release } = deadline(clock, limitMs, 'a proof', parent)
    const late = Promise.withResolvers<null>()
    signal.addEventListener('abort', () => late.resolve(null), { once: true })
    try {
      return await Promise.race([proofs.prove(peerId, signal), late.promise])
    } catch (error) {
      log.debug({ peer: peerId, error }, 'a proof failed')
      return null
    } finally {
      release()
    }
  }

  const rules = new RuleBook({
    clock,
    store,
    time,
    isContact,
    publish,
    newId: () => RuleId.parse(newId()),
    changed: () => {
      received.decideAgain()
      admissions.review()
    },
    blocked: (account) => proofs.devicesOf(account).forEach(hangUp),
  })
  const protocol = createKnockProtocol({ streams, clock, offence })
  const verdicts = new Verdicts({ protocol, store, time, log, deviceKey })
  const journal = new Journal({ database, log: decisions, rules, publish })
  const questions = new Questions({ clock, time, store, verdicts, journal, publish })
  const prove = (peerId: PeerId): Promise<ProvenDevice | null> => provenWithin(peerId, KNOCK_PROOF_TIMEOUT_MS)
  const known = { isContact, prove, opened, store, time, rules, journal, questions, mutes }
  const received = new ReceivedKnocks({ ...known, self, tokens, salts: new Salts(random) })
  const answers = new Answers({ ...known, clock, closed })
  const provenNow = (peerId: PeerId): ProvenDevice | null => proofs.of(peerId)
  const devicesOf = (account: AccountId): readonly PeerId[] => proofs.devicesOf(account)
  const admissions = new Admissions({
    clock,
    rules,
    journal,
    standings,
    offence,
    isContact,
    provenNow,
    devicesOf,
    shut,
    prove: (peerId, signal) => provenWithin(peerId, GUARD_PROOF_TIMEOUT_MS, signal),
  })
  const sentKnocks = new SentKnocks({
    self,
    clock,
    time,
    log,
    store,
    protocol,
    provenNow,
    prove,
    devicesOf,
    publish,
    connect: parts.connect,
    newId: () => KnockId.parse(newId()),
    letIn({ account, peerId, capability, until }) {
      opened({ whose: 'ours', account, peerId, capability })
      // We asked to talk, so they may. Their rules answer for themselves: what is denied here stays denied.
      if (capability !== 'contact') return null
      const ruling = rules.decide({ account, capability, route: 'direct', connection: '' })
      if (ruling.verdict === 'deny' || ruling.verdict === 'ignore') return null
      const { rule, isNew } = rules.allow(account, capability, until === 'forever' ? 'forever' : 'quit', 'prompt', 0)
      opened({ whose: 'theirs', account, peerId, capability })
      return isNew ? rule.id : null
    },
    shutOut(rule) {
      if (rules.get(rule) !== undefined) rules.remove(rule)
    },
  })

  function shutOutBy(rule: Rule | undefined): void {
    if (rule?.who.kind !== 'account' || !letsIn(rule.verdict)) return
    sentKnocks.over(rule.who.account, rule.capability === 'anything' ? 'all' : rule.capability)
  }

  return {
    async start() {
      questions.missThoseOfLastTime()
      sentKnocks.resume()
      await protocol.serve({
        knocked: (peer, knock) => received.receive(peer, knock),
        withdrawn: (peer, id) => received.withdraw(peer, id),
        async judged(peer, envelope) {
          const receipt = await sentKnocks.judged(peer, envelope)
          if (receipt.status === 'refused') {
            offence(peer.peerId, `a verdict that is ${receipt.code}`, FALSE_VERDICT_POINTS[receipt.code])
          }
          return receipt
        },
      })
    },
    async stop() {
      questions.stop()
      answers.stop()
      rules.stop()
      sentKnocks.stop()
      await verdicts.stop()
    },

    guard: (capability) => admissions.guard(capability),
    admitsNow: (capability, peer) => admissions.now(capability, peer),
    admits: (...request) => admissions.admits(...request),
    openToStrangers: (why) => admissions.openToStrangers(why),
    admitsConnection: (peerId) => admissions.admitsConnection(peerId),

    pending: () => questions.pending(),
    recent: () => questions.recent(),
    answer: (id, answer) => answers.answer(id, answer),
    undo(id) {
      const knock = answers.undo(id)
      // What changed in these seconds may decide what stands there again.
      received.decideAgain()
      return questions.known(id)?.knock ?? knock
    },
    knock: (to, capability, greeting) => sentKnocks.knock(to, capability, greeting),
    knockWithToken: (peerId, token) => sentKnocks.knock({ peerId }, 'contact', '', token),
    sent: () => sentKnocks.list(),
    cancel: (id) => sentKnocks.cancel(id),

    rules: () => rules.list(),
    addRule: (draft, origin) => rules.add(draft, origin),
    editRule: () => notYet(),
    findings: () => notYet(),
    rehearse: () => notYet(),
    suggestions: () => notYet(),
    declineSuggestion: () => notYet(),
    exportRules: () => notYet(),
    readRules: () => notYet(),
    importRules: () => notYet(),
    reconsider() {
      received.decideAgain()
      admissions.review()
    },
    enableRule(id, enabled) {
      if (!enabled) shutOutBy(rules.get(id))
      return rules.enable(id, enabled)
    },
    removeRule(id) {
      shutOutBy(rules.get(id))
      rules.remove(id)
    },
    forget(account) {
      for (const { id, who, verdict } of rules.list()) {
        if (who.kind === 'account' && who.account === account && letsIn(verdict)) rules.remove(id)
      }
      sentKnocks.over(account, 'all')
    },
    blocked: () => rules.blocked(),
    block: (account, blocked) => rules.block(account, blocked),
    log: (filter, before, limit) => decisions.page(filter, before, limit),
    verifyLog: () => decisions.verify(),

    mintToken: (expiresMs) => tokens.mint(expiresMs),
    tokens: () => tokens.list(),
    revokeToken: (id) => tokens.revoke(id),

    offence,
    standing: (peerId) => standings.of(peerId),

    connected: ({ peerId }) => verdicts.connected(peerId),
    disconnected(peer) {
      admissions.disconnected(peer)
      rules.connectionGone(peer.connection)
    },

    onOpened: (listener) => openings.subscribe(listener),
    onClosed: (listener) => closings.subscribe(listener),
    watch: (signal) =>
      feed.watch(
        () => ({
          pending: questions.pending(),
          recent: questions.recent(),
          sent: sentKnocks.list(),
          rules: rules.list(),
          blocked: rules.blocked(),
        }),
        signal,
      ),
  }
}

function notYet(): never {
  throw new LatchError('INTERNAL', 'This door cannot do that yet.')
}
