import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { base32 } from 'multiformats/bases/base32'
import { KnockId, PeerId, RuleId, type AccountId } from '../../../shared/ids.ts'
import { letsIn, type Rule } from '../../../shared/model/door.ts'
import type { Standing } from '../../../shared/model/peers.ts'
import { SECOND } from '../../../shared/units.ts'
import { defaultSettings } from '../../../shared/model/settings.ts'
import { delay } from '../../platform/clock.ts'
import { Feed } from '../../platform/feed.ts'
import { createKnockProtocol } from '../../protocols/knock/index.ts'
import { Admissions } from './admissions.ts'
import { Answers } from './answers.ts'
import { Blocked } from './blocked.ts'
import { EndedConnections } from './connections.ts'
import { Counsel } from './counsel.ts'
import type { Disclosure } from './disclosure.ts'
import { noNames, type DoorParts } from './door-parts.ts'
import { Journal } from './journal.ts'
import { GUARD_PROOF_TIMEOUT_MS, KNOCK_PROOF_TIMEOUT_MS } from './limits.ts'
import { DecisionLog } from './log.ts'
import { Mutes } from './mute.ts'
import { PageAsks } from './page-asks.ts'
import { provenWithin, type ProvenDevice } from './proving.ts'
import { Questions } from './questions.ts'
import { Quiet } from './quiet.ts'
import { ReceivedKnocks } from './received-knocks.ts'
import { RuleBook } from './rule-book.ts'
import { isSameOpening, knockable } from './rule-checks.ts'
import { Salts } from './salts.ts'
import { SentKnocks } from './sent-knocks.ts'
import { Standings } from './standings.ts'
import { DoorStore } from './store.ts'
import { TheirYes } from './their-yes.ts'
import { DoorTime } from './time.ts'
import { Tokens } from './tokens.ts'
import type { Closed, DoorEvent, DoorFeature, Opened } from './types.ts'
import { Verdicts } from './verdicts.ts'

/** How long a verdict may take to go out before the connection it goes over is closed all the same. */
const LAST_WORD_MS = 1 * SECOND

/** Points for a verdict not taken. The first two happen to the honest, when a receipt was lost or a knock forgotten. */
const FALSE_VERDICT_POINTS = { unknown: 1, replayed: 1, forged: 20 } as const

/**
 * The door of one node. It reads the database at once, so that its guards decide before `start`; knocks are taken, and
 * what was open at the last stop is missed, from `start` on.
 */
export function createDoor(parts: DoorParts): DoorFeature {
  const { streams, database, clock, random, proofs, isContact, deviceKey } = parts
  const { names = noNames, groupsOf = () => [], settings = () => defaultSettings } = parts
  const disclosure = (): Disclosure => settings().tellKnockers
  const log = parts.log.child('door')
  const self = PeerId.parse(peerIdFromPrivateKey(deviceKey).toString())
  const newId = (): string => base32.baseEncode(random(16))
  const failed = (error: unknown): void => log.error({ error }, 'a listener failed')
  const [feed, openings, closings] = [new Feed<DoorEvent>(failed), new Feed<Opened>(failed), new Feed<Closed>(failed)]
  const publish = (event: DoorEvent): void => {
    feed.publish(event)
    if (event.event === 'knock-changed') pages.changed(event.knock)
  }
  const opened = (opening: Opened): void => openings.publish(opening)
  const closed = (closing: Closed): void => closings.publish(closing)

  const time = new DoorTime(clock)
  const standings = new Standings(() => time.steadyMs())
  const store = new DoorStore(database)
  const decisions = new DecisionLog(database, time)
  const tokens = new Tokens(database, time, random, clock)
  const [mutes, pageMutes] = [new Mutes(), new Mutes()]

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
    const isGone = ({ standing }: Standing): boolean => standing === 'disconnected' || standing === 'banned'
    if (isGone(after) && before.standing !== after.standing) hangUp(peerId)
  }

  const changed = (): void => {
    received.decideAgain()
    admissions.review()
  }
  const hangUpOn = (account: AccountId): void =>
    proofs.devicesOf(account).filter((peerId) => !mayHear(peerId)).forEach(hangUp)
  const blocked = new Blocked({ store, publish, changed, hangUpOn })
  const ended = new EndedConnections()
  const rules = new RuleBook({
    clock,
    store,
    time,
    isContact,
    isBlocked: (account) => blocked.has(account),
    groupsOf,
    names,
    ...(parts.siteDefault === undefined ? {} : { audienceOf: parts.siteDefault }),
    publish,
    newId: () => RuleId.parse(newId()),
    changed,
  })
  const protocol = createKnockProtocol({ streams, clock, offence })
  const mayHear = (peerId: PeerId): boolean => admissions.admitsConnection(peerId)
  const verdicts = new Verdicts({ protocol, store, time, log, deviceKey, disclosure, mayHear })
  const journal = new Journal({ database, clock, log, decisions, rules, publish })
  const questions = new Questions({ clock, time, store, verdicts, journal, isContact, publish })
  const quiet = new Quiet({ clock, time, settings, over: () => questions.unquiet((of) => quiet.isFor(of)) })
  const proving = { proofs, clock, log }
  const prove = (peerId: PeerId): Promise<ProvenDevice | null> => provenWithin(proving, peerId, KNOCK_PROOF_TIMEOUT_MS)
  const known = { isContact, prove, opened, store, time, rules, journal, questions, mutes }
  const received = new ReceivedKnocks({ ...known, self, tokens, salts: new Salts(random), quiet, names, disclosure })
  const answers = new Answers({ ...known, pageMutes, clock, blocked, ended, closed })
  const connectionOver = (connection: string): void => {
    rules.connectionGone(connection)
    answers.over(({ until }) => until.kind === 'connection' && until.connection === connection)
  }
  const provenNow = (peerId: PeerId): ProvenDevice | null => proofs.of(peerId)
  const devicesOf = (account: AccountId): readonly PeerId[] => proofs.devicesOf(account)
  const { me = () => null, accountOf = (peerId) => proofs.of(peerId)?.account ?? null } = parts
  const admissions = new Admissions({
    clock, rules, blocked, journal, standings, ended, offence, disclosure, isContact, me, provenNow, devicesOf, accountOf, shut,
    prove: (peerId, signal) => provenWithin(proving, peerId, GUARD_PROOF_TIMEOUT_MS, signal),
  })
  const newKnockId = (): KnockId => KnockId.parse(newId())
  const ofPages = { mutes: pageMutes, connectionOver, newId: newKnockId }
  const pages = new PageAsks({ ...known, clock, quiet, names, provenNow, ...ofPages })
  const theirYes = new TheirYes({ rules, time, opened })
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
    newId: newKnockId,
    letIn: (yes) => theirYes.letIn(yes),
    shutOut(rule) {
      answers.over(({ id }) => id === rule)
      theirYes.shutOut(rule)
    },
  })
  const counsel = new Counsel({ rules, blocked, decisions, store, time, deviceKey, self, me, accountOf, isContact })

  function shutOutBy(rule: Rule | undefined): void {
    if (rule?.who.kind !== 'account' || !letsIn(rule.verdict)) return
    sentKnocks.over(rule.who.account, rule.capability === 'anything' ? 'all' : rule.capability)
  }

  return {
    async start() {
      rules.suspendOutlived()
      questions.missThoseOfLastTime()
      sentKnocks.resume()
      quiet.reconsider()
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
      journal.settle()
      quiet.stop()
      pages.stop()
      questions.stop()
      answers.stop()
      rules.stop()
      tokens.stop()
      sentKnocks.stop()
      await verdicts.stop()
    },

    guard: (capability, protocol) => admissions.guard(capability, protocol),
    admitsNow: (capability, peer) => admissions.now(capability, peer),
    admits: (...request) => admissions.admits(...request),
    stays: (...asked) => admissions.stays(...asked),
    ask: (...asked) => pages.ask(...asked),
    judge: (...asked) => pages.judge(...asked),
    took: (...asked) => pages.took(...asked),
    openToStrangers: (why, protocol) => admissions.openToStrangers(why, protocol),
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
    knock: async (to, wanted, greeting, about = {}) =>
      sentKnocks.knock(to, { capability: knockable(wanted), greeting, about }),
    knockWithToken: (peerId, token) => sentKnocks.knock({ peerId }, withToken, token),
    sent: () => sentKnocks.list(),
    cancel: (id) => sentKnocks.cancel(id),

    rules: () => rules.list(),
    addRule: (draft, origin) => rules.add(draft, origin),
    editRule(id, draft) {
      const old = rules.get(id)
      const rule = rules.edit(id, draft)
      if (!isSameOpening(rule, old)) shutOutBy(old)
      return rule
    },
    findings: () => counsel.findings(),
    rehearse: (draft, replaces) => counsel.rehearse(draft, replaces),
    suggestions: () => counsel.suggestions(),
    declineSuggestion: (id) => counsel.decline(id),
    exportRules: () => counsel.exportRules(),
    readRules: (text) => counsel.readRules(text),
    importRules: (text) => counsel.importRules(text),
    reconsider() {
      rules.suspendOutlived()
      quiet.reconsider()
      changed()
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
      const letsThemIn = ({ who, verdict }: Rule): boolean => 'account' in who && who.account === account && letsIn(verdict)
      for (const rule of rules.list()) if (letsThemIn(rule)) rules.remove(rule.id)
      answers.over(letsThemIn)
      sentKnocks.over(account, 'all')
    },
    blocked: () => blocked.list(),
    block(account, isBlocked, note = '') {
      const [device] = proofs.devicesOf(account)
      if (device !== undefined && isBlocked !== blocked.has(account)) journal.blocked(account, device, isBlocked, note)
      return blocked.set(account, isBlocked)
    },
    log: (filter, before, limit) => decisions.page(filter, before, limit),
    verifyLog: () => decisions.verify(),

    mintToken: (expiresMs) => tokens.mint(expiresMs),
    tokens: () => tokens.list(),
    revokeToken: (id) => tokens.revoke(id),

    offence,
    standing: (peerId) => ({ ...standings.of(peerId), rates: admissions.ratesOf(peerId) }),

    connected: ({ peerId }) => verdicts.connected(peerId),
    disconnected(peer) {
      ended.add(peer.connection)
      admissions.disconnected(peer)
      connectionOver(peer.connection)
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
          blocked: blocked.list(),
        }),
        signal,
      ),
  }
}

/** The token says all that there is to say. */
const withToken = { capability: 'contact', greeting: '', about: {} } as const
