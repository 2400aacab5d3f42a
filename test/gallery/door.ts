import { decide, type Facts } from '../../src/main/features/door/policy.ts'
import type { AccountId, KnockId } from '../../src/shared/ids.ts'
import {
  nothingMore,
  type Capability,
  type Decision,
  type Knock,
  type LogFilter,
  type Rehearsal,
  type Rule,
  type RuleDraft,
  type SentKnock,
} from '../../src/shared/model/door.ts'
import { MINUTE, SECOND } from '../../src/shared/units.ts'
import { knockIdOf, peerIdOf, ruleIdOf } from './ids.ts'
import type { implementWith, World } from './world.ts'

const UNDO_MS = 10 * SECOND
const LOOKED = 1_000

/** The door, over one scene. A file of rules says by its words what is wrong with it: `forged`. */
export function createDoor(os: ReturnType<typeof implementWith>, world: World) {
  const { scene } = world
  let made = 0

  const knockOf = (id: KnockId): Knock | undefined => scene.knocks.find((knock) => knock.id === id)
  const put = (rule: Rule): Rule => {
    const known = scene.rules.some(({ id }) => id === rule.id)
    scene.rules = known ? scene.rules.map((held) => (held.id === rule.id ? rule : held)) : [...scene.rules, rule]
    world.door.tell({ event: 'rule-changed', rule })
    return rule
  }
  const add = (draft: RuleDraft, origin: Rule['origin']): Rule => {
    made += 1
    const counted = { createdMs: Date.now(), lastHitMs: null, hits: 0, suspended: null }
    return put({ ...draft, ...counted, id: ruleIdOf(`made ${made}`), enabled: true, origin })
  }

  return {
    pending: os.door.pending.handler(() => scene.knocks.filter(({ state }) => state === 'pending')),
    recent: os.door.recent.handler(() => scene.knocks.filter(({ state }) => state !== 'pending')),
    answer: os.door.answer.handler(({ input, errors }) => {
      const knock = knockOf(input.id)
      if (knock?.state !== 'pending' && knock?.state !== 'missed') throw errors.CONFLICT()
      const states = { allow: 'allowed', deny: 'denied', block: 'denied', ignore: 'ignored' } as const
      const nowMs = Date.now()
      const state = states[input.answer.verdict]
      return world.putKnock({ ...knock, state, answeredMs: nowMs, undoUntilMs: nowMs + UNDO_MS })
    }),
    undo: os.door.undo.handler(({ input, errors }) => {
      const knock = knockOf(input.id)
      if (knock === undefined) throw errors.NOT_FOUND()
      return world.putKnock({ ...knock, state: 'pending', answeredMs: null, undoUntilMs: null })
    }),
    knock: os.door.knock.handler(({ input }) => {
      const account = 'account' in input.to ? input.to.account : null
      const peerId = 'peerId' in input.to ? input.to.peerId : undefined
      const sent = newSentKnock(world, account, peerId, input.capability, input.greeting, (made += 1))
      return world.putSent({ ...sent, about: input.about ?? nothingMore })
    }),
    sent: os.door.sent.handler(() => scene.sent),
    cancel: os.door.cancel.handler(({ input, errors }) => {
      const sent = scene.sent.find(({ id }) => id === input.id)
      if (sent === undefined) throw errors.NOT_FOUND()
      return world.putSent({ ...sent, state: 'cancelled', untilMs: null })
    }),
    rules: os.door.rules.handler(() => scene.rules),
    addRule: os.door.addRule.handler(({ input }) => add(input, 'person')),
    editRule: os.door.editRule.handler(({ input, errors }) => {
      const rule = scene.rules.find(({ id }) => id === input.id)
      if (rule === undefined) throw errors.NOT_FOUND()
      scene.findings = scene.findings.filter(({ rule: id }) => id !== rule.id)
      return put({ ...rule, ...input, suspended: null })
    }),
    enableRule: os.door.enableRule.handler(({ input, errors }) => {
      const rule = scene.rules.find(({ id }) => id === input.id)
      if (rule === undefined) throw errors.NOT_FOUND()
      return put({ ...rule, enabled: input.enabled })
    }),
    removeRule: os.door.removeRule.handler(({ input }) => {
      scene.rules = scene.rules.filter(({ id }) => id !== input.id)
      world.door.tell({ event: 'rule-removed', id: input.id })
      return input
    }),
    findings: os.door.findings.handler(() => scene.findings),
    rehearse: os.door.rehearse.handler(({ input }) => rehearse(scene.decisions, input)),
    suggestions: os.door.suggestions.handler(() => scene.suggestions),
    declineSuggestion: os.door.declineSuggestion.handler(({ input }) => {
      scene.suggestions = scene.suggestions.filter(({ id }) => id !== input.id)
      return scene.suggestions
    }),
    exportRules: os.door.exportRules.handler(() => ({ text: JSON.stringify({ latch: 'rules', rules: scene.rules }, null, 2) })),
    readRules: os.door.readRules.handler(({ input, errors }) => {
      if (input.text.includes('forged') || scene.rulesRead === null) {
        throw errors.BAD_INPUT({ message: 'The signature does not match what stands in the file: it was changed after it was made.' })
      }
      return scene.rulesRead
    }),
    importRules: os.door.importRules.handler(() =>
      (scene.rulesRead?.rules ?? []).filter(({ state }) => state === 'new').map(({ draft }) => add(draft, 'import')),
    ),
    block: os.door.block.handler(({ input }) => {
      const others = scene.blocked.filter((account) => account !== input.account)
      scene.blocked = input.blocked ? [...others, input.account] : others
      world.door.tell({ event: 'blocked-changed', blocked: scene.blocked })
      return { blocked: scene.blocked }
    }),
    log: os.door.log.handler(({ input: { before, limit, ...filter } }) =>
      scene.decisions
        .filter((decision) => (before === undefined || decision.seq < before) && isWanted(decision, filter))
        .slice(0, limit),
    ),
    verifyLog: os.door.verifyLog.handler(() => {
      const decisions = scene.decisions.length
      if (scene.log === 'whole') return { outcome: 'whole', decisions, head: scene.decisions[0]?.hash ?? '' }
      const why = 'The hash of decision 7 does not match what stands in it.'
      return { outcome: 'broken', decisions, firstBadSeq: 7, why }
    }),
    watch: os.door.watch.handler(({ signal }) =>
      world.door.watch(
        () => ({
          pending: scene.knocks.filter(({ state }) => state === 'pending' || state === 'queued'),
          recent: scene.knocks.filter(({ state }) => state !== 'pending' && state !== 'queued'),
          sent: scene.sent,
          rules: scene.rules,
          blocked: scene.blocked,
        }),
        signal,
      ),
    ),
  }
}

function isWanted(decision: Decision, filter: LogFilter): boolean {
  const { sinceMs, untilMs, text, ...same } = filter
  if (decision.atMs < (sinceMs ?? 0) || decision.atMs > (untilMs ?? Infinity)) return false
  if (text !== undefined && !decision.why.includes(text)) return false
  return Object.entries(same).every(([key, value]) => value === undefined || decision[key as keyof Decision] === value)
}

/** What one rule alone would have made of the scene's decisions. */
function rehearse(decisions: readonly Decision[], draft: RuleDraft): Rehearsal {
  const counted = { createdMs: 0, lastHitMs: null, hits: 0, suspended: null, enabled: true, origin: 'person' as const }
  const rule: Rule = { ...draft, ...counted, id: ruleIdOf('rehearsed') }
  const now = { wallMs: 0, leftMs: () => 1, usedInHour: () => 0 }
  const looked = decisions.slice(0, LOOKED)
  const tried = looked.flatMap((decision) => {
    const { account, facts, capability } = decision
    if (account === null || facts === null) return []
    const { contact: isContact, groups, names, route, about } = facts
    const known: Facts = { account, capability, about, isContact, isBlocked: false, groups, names, route, connection: '' }
    return [{ decision, ruling: decide(known, [rule], now) }]
  })
  const decided = tried.filter(({ ruling }) => ruling.rule === rule.id)
  const changes = decided
    .filter(({ decision, ruling }) => ruling.verdict !== decision.verdict)
    .map(({ decision, ruling }) => ({ decision, would: ruling.verdict }))
  return {
    looked: looked.length,
    unknown: looked.length - tried.length,
    decides: decided.length,
    changes: changes.slice(0, 100),
    changed: changes.length,
  }
}

function newSentKnock(
  world: World,
  account: AccountId | null,
  peerId: SentKnock['peerId'] | undefined,
  capability: Capability,
  greeting: string,
  number: number,
): SentKnock {
  const peer = world.scene.peers.find((peer) => peer.account === account || peer.peerId === peerId)
  const device = peerId ?? peer?.peerId ?? world.scene.people.find((person) => person.account === account)?.devices[0]
  return {
    id: knockIdOf(`made ${number}`),
    peerId: device ?? peerIdOf('nobody'),
    account: account ?? peer?.account ?? null,
    capability,
    about: nothingMore,
    greeting,
    sentMs: Date.now(),
    state: 'asked',
    untilMs: Date.now() + MINUTE,
    quiet: false,
    workBits: null,
    why: '',
  }
}
