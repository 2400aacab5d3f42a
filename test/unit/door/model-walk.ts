import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import { LatchError } from '../../../src/shared/errors.ts'
import type { AccountId, KnockId, RuleId } from '../../../src/shared/ids.ts'
import { nothingMore, RuleDraft } from '../../../src/shared/model/door.ts'
import type { Answer, Capability, Knock, Rule } from '../../../src/shared/model/door.ts'
import { HOUR, MINUTE, SECOND } from '../../../src/shared/units.ts'
import { before, isOpenByDefault, isYes, mayBeIn, nothing, speaks } from './model-oracle.ts'
import type { Meant, Times, Visit } from './model-oracle.ts'
import { answerOf, asks, groups, names, routes, VISITORS } from './model-steps.ts'
import type { Draft, Said, Step } from './model-steps.ts'
import { Street, type House } from './street.ts'

/** More make a step slow and say no more. */
const MAX_RULES = 24
/** After that a connection with a stream that is no longer allowed is closed, whatever is still on its way. */
const CLOSED_WITHIN_MS = 1 * SECOND
/** The network sets a clock back by no more than this. */
const CLOCK_SLACK_MS = 1 * MINUTE
/** After that an answer stands. */
const UNDO_WITHIN_MS = 10 * SECOND

/** What a step may do to the rules, beside what the model was told. */
interface Licence {
  /** Rules that are good again, as they were. */
  readonly revives?: readonly Meant[]
  /** Whether this rule is what was meant to be made. */
  readonly makes?: (rule: Rule) => boolean
  /** Whether the step is why this rule is gone. Of one that lets in, nobody has to say why. */
  readonly ends?: (rule: Meant) => boolean
  /** Whom the person let in by it, though what made it so may be over as soon as the connection is. */
  readonly opens?: AccountId
  /** Whose connections are to be closed. */
  readonly blocks?: AccountId
}

interface Given {
  readonly account: AccountId
  readonly answer: Answer
  readonly atMs: number
  readonly wasBlocked: boolean
  /** The rule that it made, if it made one. */
  readonly made: RuleId | null
  /** What it took the place of, and what is good again when it is taken back. */
  readonly instead: Meant[]
}

interface Token {
  readonly token: Uint8Array
  readonly id: string
  readonly mintedMs: number
  readonly untilMs: number
  endsTrueMs: number
}

interface Admitted {
  readonly visitor: House
  readonly visit: Visit
  owedSinceMs: number | null
}

/**
 * A door with its person and its visitors, and beside it what is meant: every rule that somebody made, and no other.
 * After each step the door's rules must be among these, unchanged; whoever is let in must be let in by one of them that
 * comes before all others, or by a default; and nobody stays whom they no longer let in.
 */
export class Walk {
  readonly street: Street
  readonly #bea: House
  readonly #visitors: readonly House[]
  readonly #meant = new Map<RuleId, Meant>()
  readonly #seen = new Map<RuleId, Rule>()
  readonly #given = new Map<KnockId, Given>()
  readonly #blocked = new Set<AccountId>()
  /** Knocks of ours on which a yes opens our door too. */
  readonly #ours = new Map<KnockId, AccountId>()
  readonly #tokens: Token[] = []
  #admitted: Admitted[] = []
  #openings: { account: AccountId; capability: Capability; wasOpen: boolean }[] = []
  #exported: { text: string; drafts: string[] } | null = null
  /** The connection of each visitor, and those that are over. */
  readonly #last = new Map<House, string>()
  readonly #ended = new Set<string>()
  /** On which connection each question came. */
  readonly #connections = new Map<KnockId, string>()
  admissions = 0

  private constructor(street: Street, bea: House, visitors: readonly House[]) {
    this.street = street
    this.#bea = bea
    this.#visitors = visitors
    this.#listen()
  }

  /** The same numbers make the same keys and ids. */
  static async begin(seed: number): Promise<Walk> {
    let drawn = 0
    const street = new Street((bytes) => {
      const block = (n: number): Buffer => createHash('sha256').update(`${seed} ${drawn} ${n}`).digest()
      drawn++
      return new Uint8Array(Buffer.concat([block(0), block(1)]).subarray(0, bytes))
    })
    const bea = await street.house('Bea')
    const visitors: House[] = []
    for (let n = 0; n < VISITORS; n++) visitors.push(await street.house(`visitor ${n}`))
    for (const [n, name] of names.entries()) street.owners.set(name, visitors[n]?.account ?? bea.account)
    return new Walk(street, bea, visitors)
  }

  async step(step: Step): Promise<void> {
    if (step.do !== 'misclick') return this.#check(await this.#do(step))
    await this.step({ ...step, do: 'knock' })
    const { account } = this.#visitor(step.who)
    const knock = this.#bea.door.pending().find((pending) => pending.account === account)
    if (knock === undefined) return
    await this.#check(this.#answer(knock, step.said))
    await this.#check(this.#undo(knock))
  }

  async end(): Promise<void> {
    expect(await this.#bea.door.verifyLog()).toMatchObject({ outcome: 'whole' })
    for (const house of [this.#bea, ...this.#visitors]) await house.close()
  }

  async #do(step: Step): Promise<Licence> {
    const { door } = this.#bea
    switch (step.do) {
      case 'enter':
        for (let n = 0; n < step.times; n++) await this.#enter(this.#visitor(step.who), askOf(step.what), step.by)
        return {}
      case 'knock':
        return this.#knock(this.#visitor(step.who), askOf(step.what))
      case 'withdraw': {
        const { door: theirs } = this.#visitor(step.who)
        for (const { id } of theirs.sent()) attempt(() => theirs.cancel(id))
        return {}
      }
      case 'answer': {
        const open = [...door.pending(), ...door.recent().filter(({ state }) => state === 'missed')]
        const knock = step.which === 11 ? door.recent()[0] : open[step.which % Math.max(1, open.length)]
        return knock === undefined ? {} : this.#answer(knock, step.said)
      }
      case 'undo': {
        const [knock] = door.recent().slice(step.which % 3)
        return knock === undefined ? {} : this.#undo(knock)
      }
      case 'misclick':
        return {}
      case 'add':
        return this.#add(step.draft)
      case 'edit':
        return this.#edit(this.#rule(step.which), step.draft)
      case 'enable':
        return this.#enable(this.#rule(step.which), step.on)
      case 'remove':
        return this.#remove(this.#rule(step.which))
      case 'export':
        this.#exported = {
          text: await door.exportRules(),
          drafts: [...this.#meant.values()].map(wholeOf),
        }
        return {}
      case 'import':
        return this.#import(step.tampered)
      case 'mint-token': {
        const { wallMs, trueMs } = this.#times
        const [untilMs, endsTrueMs] = [wallMs + step.forMs, trueMs + step.forMs]
        this.#tokens.push({ ...door.mintToken(untilMs), mintedMs: wallMs, untilMs, endsTrueMs })
        return {}
      }
      case 'use-token':
        return this.#useToken(this.#visitor(step.who), step.what)
      case 'revoke-token': {
        const [token] = this.#tokens.slice(step.which % 3)
        if (token !== undefined && attempt(() => door.revokeToken(token.id)) === 'done') token.endsTrueMs = -Infinity
        return {}
      }
      case 'our-knock': {
        const { peerId, account } = this.#visitor(step.who)
        const known = new Set(door.sent().map(({ id }) => id))
        await attempt(() => door.knock({ peerId }, 'contact', ''))
        for (const { id } of door.sent()) if (!known.has(id)) this.#ours.set(id, account)
        return {}
      }
      case 'their-answer': {
        const { door: theirs } = this.#visitor(step.who)
        const knock = theirs.pending().find(({ account }) => account === this.#bea.account)
        if (knock !== undefined) attempt(() => theirs.answer(knock.id, answerOf(step.said, this.#times.wallMs)))
        return {}
      }
      case 'their-undo': {
        const { door: theirs } = this.#visitor(step.who)
        const [knock] = theirs.recent()
        if (knock !== undefined) attempt(() => theirs.undo(knock.id))
        return {}
      }
      case 'cancel': {
        const [sent] = door.sent().slice(step.which % 3)
        if (sent !== undefined && attempt(() => door.cancel(sent.id)) === 'done') this.#ours.delete(sent.id)
        return {}
      }
      case 'hang-up':
        this.street.disconnect(this.#visitor(step.who), this.#bea)
        return {}
      case 'move':
        this.street.disconnect(this.#visitor(step.who), this.#bea)
        this.#visitor(step.who).route = step.route
        return {}
      case 'prove':
        this.#visitor(step.who).isProven = step.on
        return {}
      case 'contact':
        if (step.on) this.#bea.contacts.add(this.#visitor(step.who).account)
        else this.#bea.contacts.delete(this.#visitor(step.who).account)
        return this.#reconsider()
      case 'group':
        this.#bea.groups.set(this.#visitor(step.who).account, step.groups)
        return this.#reconsider()
      case 'name':
        if (step.owner === null) this.street.owners.delete(names[step.name] ?? '')
        else this.street.owners.set(names[step.name] ?? '', this.#visitor(step.owner).account)
        return this.#reconsider()
      case 'block': {
        const { account } = this.#visitor(step.who)
        const wasBlocked = this.#blocked.has(account)
        door.block(account, step.on)
        if (step.on) this.#blocked.add(account)
        else this.#blocked.delete(account)
        return step.on && !wasBlocked ? { blocks: account } : {}
      }
      case 'forget':
        return this.#forget(this.#visitor(step.who).account)
      case 'settings': {
        const untilMs = step.quiet === 'an hour' ? this.#times.wallMs + HOUR : null
        this.#bea.settings = {
          doNotDisturb: { on: step.quiet !== 'off', untilMs, contacts: true },
          tellKnockers: step.tell,
        }
        return this.#reconsider()
      }
      case 'pass':
        await this.street.clock.advance(step.ms)
        return {}
      case 'set-clock':
        this.street.clock.jump(step.ms)
        return {}
      case 'restart':
        return this.#restart(step.how, async () => {
          await this.street.clock.advance(step.afterMs)
          this.street.clock.jump(step.setMs)
        })
    }
  }

  async #enter(visitor: House, { capability, about }: (typeof asks)[number], by: 'guard' | 'now' | 'about') {
    const { door } = this.#bea
    if (attempt(() => this.street.connect(visitor, this.#bea.peerId)) !== 'done') return
    const peer = this.street.seen(visitor, this.#bea)
    const visit = this.#visit(visitor, capability, by === 'about' ? about : nothingMore)
    const hits = new Map(door.rules().map((rule) => [rule.id, rule.hits]))
    const never = new AbortController().signal
    const admission =
      by === 'now'
        ? door.admitsNow(capability, peer)
        : await (by === 'guard' ? door.guard(capability)(peer, never) : door.admits(capability, peer, about, never))
    if (admission.verdict !== 'allow') return
    this.admissions++

    const said = `${visitor.name} was let in for ${capability} ${JSON.stringify(visit.about)}: ${admission.why}`
    expect(visitor.isProven, `${said}, and proves nothing`).toBe(true)
    expect(this.#blocked, `${said}, and is blocked`).not.toContain(visitor.account)
    const times = this.#times
    const speaking = [...this.#meant.values()].filter((rule) => speaks(rule, visit, times))
    // How long a use counts, to the minute, is the door's affair: such a rule may be silent a little longer.
    const surely = speaking.filter(({ draft }) => draft.match.perHour === null)
    const there = new Map(door.rules().map((rule) => [rule.id, rule]))
    const counted = [...there.values()].filter(({ id, hits: now }) => now > (hits.get(id) ?? 0))
    // What is used up may shut out whoever came in by another rule before, and its connection takes it along.
    const isOver = this.street.seen(visitor, this.#bea).connection !== visit.connection
    const mayBeWhy = ({ id }: Meant): boolean => counted.some((rule) => rule.id === id) || (isOver && !there.has(id))
    // A use that changes the rules has the questions that wait decided again, and those count at rules of their own.
    const [rule] = speaking.filter(mayBeWhy).toSorted((a, b) => before(b, a))
    if (rule === undefined) {
      const by = counted.map((each) => JSON.stringify(each)).join()
      expect(counted, `${said}, by a rule that says nothing of it: ${by}`).toEqual([])
      expect(isOpenByDefault(visit), `${said}, which no default does`).toBe(true)
      expect(surely, `${said}, and not by the rules that speak`).toEqual([])
    } else {
      expect(isYes(rule.draft.verdict), `${said}, by a rule that does not let in`).toBe(true)
      const first = surely.filter((other) => before(other, rule) > 0)
      expect(first, `${said}, against what comes first`).toEqual([])
      const { connection } = visit
      const until = rule.until.kind === 'once' ? { kind: 'connection' as const, connection } : rule.until
      const usesMs = [...rule.usesMs, times.trueMs]
      this.#meant.set(rule.id, { ...rule, until, usesMs })
    }
    this.#admitted.push({ visitor, visit, owedSinceMs: null })
  }

  async #knock(visitor: House, { capability, about }: (typeof asks)[number]): Promise<Licence> {
    await attempt(() => visitor.door.knock({ peerId: this.#bea.peerId }, capability, 'hello', about))
    return {}
  }

  #answer(knock: Knock, said: Said): Licence {
    const { door } = this.#bea
    const { wallMs, trueMs } = this.#times
    const answer = answerOf(said, wallMs)
    const wasBlocked = this.#blocked.has(knock.account)
    const isOpen = door.pending().some(({ id }) => id === knock.id)
    if (attempt(() => door.answer(knock.id, answer)) !== 'done') return {}
    const there = new Map(door.rules().map((rule) => [rule.id, rule]))
    const made = [...there.keys()].find((id) => !this.#meant.has(id)) ?? null
    const instead = [...this.#meant.values()].filter(({ id }) => !there.has(id))
    this.#given.set(knock.id, { account: knock.account, answer, atMs: trueMs, wasBlocked, made, instead })
    if (answer.verdict === 'block') this.#blocked.add(knock.account)
    const connection = this.#connections.get(knock.id) ?? ''
    // Nobody waits any more for the answer to one that was missed: it is for the next time they come.
    const isThere = isOpen && this.#isThere(connection)
    return {
      ...(answer.verdict === 'allow' ? { opens: knock.account } : {}),
      ...(answer.verdict === 'block' && !wasBlocked ? { blocks: knock.account } : {}),
      makes: (rule) => isMadeBy(rule, answer, knock, isThere ? connection : ''),
      ends: ({ draft }) => draft.who.kind === 'account' && draft.who.account === knock.account,
    }
  }

  #undo(knock: Knock): Licence {
    if (attempt(() => this.#bea.door.undo(knock.id)) !== 'done') return {}
    const given = this.#given.get(knock.id)
    if (given === undefined) throw new Error(`an answer was taken back that nobody gave: ${JSON.stringify(knock)}`)
    expect(this.#times.trueMs - given.atMs, 'taken back so late').toBeLessThan(UNDO_WITHIN_MS)
    this.#given.delete(knock.id)
    if (given.answer.verdict === 'block' && !given.wasBlocked) this.#blocked.delete(knock.account)
    const { made } = given
    if (made !== null) {
      this.#over((rule) => rule.id === made)
      expect(this.#bea.door.rules().map(({ id }) => id), 'a rule of an answer taken back').not.toContain(made)
    }
    return { revives: given.instead, ends: ({ id }) => id === made }
  }

  #add(given: Draft): Licence {
    const draft = this.#draftOf(given)
    if (this.#meant.size >= MAX_RULES) return {}
    attempt(() => {
      const rule = this.#bea.door.addRule(draft, 'person')
      this.#meant.set(rule.id, this.#meantBy(rule.id, draft))
    })
    return {}
  }

  #edit(id: RuleId | undefined, given: Draft): Licence {
    const old = id === undefined ? undefined : this.#meant.get(id)
    if (id === undefined || old === undefined) return {}
    const draft = this.#draftOf(given)
    if (attempt(() => this.#bea.door.editRule(id, draft)) !== 'done') return {}
    const { until, endsTrueMs, madeMs } = this.#meantBy(id, draft)
    const isSameEnd = JSON.stringify(old.until) === JSON.stringify(until)
    const ends = isSameEnd ? {} : { endsTrueMs, madeMs }
    // Who came before there was a rate is not counted.
    const usesMs = old.draft.match.perHour === null ? [] : old.usesMs
    this.#meant.set(id, { ...old, draft, until, suspended: false, usesMs, ...ends })
    const isSameOpening =
      isYes(draft.verdict) &&
      draft.capability === old.draft.capability &&
      JSON.stringify(draft.who) === JSON.stringify(old.draft.who)
    if (!isSameOpening) this.#shutOut(old)
    return {}
  }

  #enable(id: RuleId | undefined, on: boolean): Licence {
    const meant = id === undefined ? undefined : this.#meant.get(id)
    if (id === undefined || meant === undefined) return {}
    this.#bea.door.enableRule(id, on)
    this.#meant.set(id, { ...meant, enabled: on })
    if (!on) this.#shutOut(meant)
    return {}
  }

  #remove(id: RuleId | undefined): Licence {
    const meant = id === undefined ? undefined : this.#meant.get(id)
    if (id === undefined || meant === undefined) return {}
    this.#bea.door.removeRule(id)
    this.#meant.delete(id)
    this.#shutOut(meant)
    return {}
  }

  #forget(account: AccountId): Licence {
    this.#bea.door.forget(account)
    const isTheirs = ({ draft }: Meant): boolean =>
      isYes(draft.verdict) && draft.who.kind === 'account' && draft.who.account === account
    for (const [id, meant] of this.#meant) if (isTheirs(meant)) this.#meant.delete(id)
    this.#over(isTheirs)
    for (const [id, of] of this.#ours) if (of === account) this.#ours.delete(id)
    return {}
  }

  async #import(tampered: boolean): Promise<Licence> {
    if (this.#exported === null || this.#meant.size >= MAX_RULES) return {}
    const { text, drafts } = this.#exported
    const given = tampered ? text.replace(/"verdict":"(deny|ask|ignore)"/, '"verdict":"allow"') : text
    const taken = await attempt(() => this.#bea.door.importRules(given))
    if (given !== text) expect(taken, 'a file that was changed').toBe('refused')
    return { makes: (rule) => rule.origin === 'import' && drafts.includes(JSON.stringify(RuleDraft.parse(rule))) }
  }

  async #useToken(visitor: House, which: number): Promise<Licence> {
    // Those that were used or taken back are tried again and again.
    const token = this.#tokens[which % Math.max(1, this.#tokens.length)]
    const { wallMs, trueMs } = this.#times
    const bytes = token?.token ?? new Uint8Array(16)
    await attempt(() => visitor.door.knockWithToken(this.#bea.peerId, bytes))
    const isGood =
      token !== undefined &&
      trueMs < token.endsTrueMs &&
      wallMs < token.untilMs &&
      wallMs >= token.mintedMs - CLOCK_SLACK_MS
    const makes = ({ origin, who, capability, verdict, until }: Rule): boolean => {
      const isInvited = origin === 'invitation' && verdict === 'allow' && until.kind === 'forever'
      const isTheirs = who.kind === 'account' && who.account === visitor.account
      return isGood && isInvited && isTheirs && capability === 'contact'
    }
    const isUsed = this.#bea.door.rules().some((rule) => !this.#meant.has(rule.id) && makes(rule))
    if (isUsed && token !== undefined) token.endsTrueMs = -Infinity
    return { makes }
  }

  #reconsider(): Licence {
    this.#bea.door.reconsider()
    this.#suspend()
    return {}
  }

  /** Whoever goes by a name that is another's now. */
  #suspend(): void {
    for (const [id, meant] of this.#meant) {
      const { who } = meant.draft
      const owner = who.kind === 'name' ? this.street.owners.get(who.name) : undefined
      if (who.kind === 'name' && owner !== undefined && owner !== who.account) {
        this.#meant.set(id, { ...meant, suspended: true })
      }
    }
  }

  async #restart(how: 'in order' | 'crash', meanwhile: () => Promise<void>): Promise<Licence> {
    const stoppedMs = this.#times.trueMs
    if (how === 'crash') await this.#bea.crash(meanwhile)
    else await this.#bea.restart(meanwhile)
    this.#listen()
    this.#given.clear()
    const { wallMs, trueMs } = this.#times
    for (const token of this.#tokens) {
      const isOver = stoppedMs >= token.endsTrueMs || wallMs >= token.untilMs
      token.endsTrueMs = isOver ? -Infinity : trueMs + token.untilMs - wallMs
    }
    for (const [id, meant] of this.#meant) {
      const isKept = meant.until.kind === 'forever' || meant.until.kind === 'time'
      if (!isKept) this.#meant.delete(id)
      else this.#meant.set(id, started(meant, stoppedMs, this.#times))
    }
    this.#suspend()
    return {}
  }

  async #check(licence: Licence): Promise<void> {
    await settled()
    for (const visitor of this.#visitors) {
      const { connection } = this.street.seen(visitor, this.#bea)
      const last = this.#last.get(visitor)
      if (last !== undefined && last !== connection) this.#ended.add(last)
      if (connection !== '') this.#last.set(visitor, connection)
      if (visitor.account === licence.blocks) expect(connection, 'a connection of somebody who is blocked').toBe('')
    }
    this.#checkRules(licence)
    this.#checkOpenings(licence)
    this.#checkWhoIsInside()
    for (const { id, account } of this.#bea.door.pending()) {
      const visitor = this.#visitors.find((each) => each.account === account)
      if (visitor === undefined || this.#connections.has(id)) continue
      this.#connections.set(id, this.street.seen(visitor, this.#bea).connection)
    }
  }

  /** No rule but those that somebody made, as they made them; and nothing that keeps out is gone without a reason. */
  #checkRules({ revives = [], makes, ends }: Licence): void {
    const now = new Map(this.#bea.door.rules().map((rule) => [rule.id, rule]))
    for (const [id, meant] of this.#meant) {
      if (now.has(id)) continue
      const { until, draft } = meant
      const isEnded = until.kind === 'connection' && !this.#isThere(until.connection)
      if (!isYes(draft.verdict) && !isEnded && ends?.(meant) !== true) {
        throw new Error(`a rule that keeps out is gone: ${JSON.stringify(meant)}`)
      }
      this.#meant.delete(id)
    }
    for (const rule of now.values()) {
      if (rule.until.kind === 'connection' && this.#ended.has(rule.until.connection)) {
        throw new Error(`a rule outlives its connection: ${JSON.stringify(rule)}`)
      }
      const known = this.#meant.get(rule.id)
      if (known !== undefined && this.#seen.get(rule.id) === rule) continue
      const meant = known ?? revives.find(({ id }) => id === rule.id) ?? this.#made(rule, makes)
      const { verdict } = meant.draft
      const was = JSON.stringify(meant)
      expect(draftOf({ ...meant, draft: RuleDraft.parse(rule) }), `not what was meant: ${was}`).toBe(draftOf(meant))
      expect(rule.until, `lasts as nobody meant: ${was}`).toEqual(meant.until)
      // The door may be more careful than it was told, and never less.
      if (isYes(verdict) ? rule.enabled : !rule.enabled) expect(rule.enabled, `switched: ${was}`).toBe(meant.enabled)
      if (rule.suspended === null) expect(isYes(verdict) && meant.suspended, `speaks again: ${was}`).toBe(false)
      this.#meant.set(rule.id, { ...meant, enabled: rule.enabled, suspended: rule.suspended !== null })
      this.#seen.set(rule.id, rule)
    }
  }

  #made(rule: Rule, makes: Licence['makes']): Meant {
    if (makes?.(rule) !== true && !this.#isOfOurs(rule)) {
      throw new Error(`a rule that nobody made: ${JSON.stringify(rule)}`)
    }
    return this.#meantBy(rule.id, RuleDraft.parse(rule))
  }

  /** They said yes to a knock of ours: so may they. */
  #isOfOurs({ who, capability, verdict, until }: Rule): boolean {
    if (who.kind !== 'account' || capability !== 'contact' || verdict !== 'allow' || until.kind === 'once') return false
    return this.#bea.door.sent().some(({ id, state }) => state === 'allowed' && this.#ours.get(id) === who.account)
  }

  /** Nobody is told to be let in whom no rule lets in, then or after the step that made one. */
  #checkOpenings({ opens }: Licence): void {
    for (const { account, capability, wasOpen } of this.#openings.splice(0)) {
      const isOpen = wasOpen || opens === account || this.#isOpenFor(account, capability)
      expect(isOpen, `opened to ${account} for ${capability}`).toBe(true)
    }
  }

  #isOpenFor(account: AccountId, capability: Capability): boolean {
    const visitor = this.#visitors.find((each) => each.account === account)
    if (visitor === undefined) throw new Error(`the door was opened to nobody: ${account}`)
    const visit = this.#visit(visitor, capability, nothingMore)
    if (capability === 'lookup' || (capability === 'file' && visit.isContact)) return true
    // They may have come by another way when they knocked.
    const ways = routes.map((route) => ({ ...visit, route }))
    return [...this.#meant.values()].some((rule) => {
      const { draft, until } = rule
      const anyhow = { ...rule, draft: { ...draft, match: nothing } }
      const isTheirs = until.kind === 'connection' ? { ...anyhow, until: { kind: 'quit' as const } } : anyhow
      return isYes(draft.verdict) && ways.some((way) => speaks(isTheirs, way, this.#times))
    })
  }

  /** Nobody stays whom the rules no longer let in, but for the second that the last word may take. */
  #checkWhoIsInside(): void {
    const { trueMs } = this.#times
    this.#admitted = this.#admitted.filter(({ visitor, visit }) => {
      return this.street.seen(visitor, this.#bea).connection === visit.connection
    })
    for (const admitted of this.#admitted) {
      const { visitor, visit } = admitted
      const { isContact, groups: theirs, names: owned } = this.#visit(visitor, visit.capability, visit.about)
      const now = { ...visit, isContact, groups: theirs, names: owned }
      const isIn = !this.#blocked.has(visitor.account) && mayBeIn(this.#meant.values(), now, this.#times, true)
      if (isIn) admitted.owedSinceMs = null
      else admitted.owedSinceMs ??= trueMs
      const owedMs = trueMs - (admitted.owedSinceMs ?? trueMs)
      expect(owedMs, `${visitor.name} is still inside: ${JSON.stringify(now)}`).toBeLessThanOrEqual(CLOSED_WITHIN_MS)
    }
  }

  #visit(visitor: House, capability: Capability, about: Visit['about']): Visit {
    const { account } = visitor
    const { connection, route } = this.street.seen(visitor, this.#bea)
    return {
      account,
      capability,
      about,
      isContact: this.#bea.contacts.has(account),
      groups: this.#bea.groups.get(account) ?? [],
      names: [...this.street.owners].flatMap(([name, owner]) => (owner === account ? name : [])),
      route,
      connection,
    }
  }

  #draftOf({ whom, until, ...draft }: Draft): RuleDraft {
    const name = names[whom.which] ?? ''
    const owner = whom.kind === 'name' ? this.street.owners.get(name) : undefined
    const account = owner ?? this.#visitor(whom.who).account
    const { connection } = this.street.seen(this.#visitor(whom.who), this.#bea)
    const { wallMs } = this.#times
    return RuleDraft.parse({
      ...draft,
      who: { kind: whom.kind, account, name, group: groups[whom.which] },
      until:
        typeof until === 'object'
          ? { kind: 'time', untilMs: wallMs + until.inMs }
          : { kind: until === 'connection' && connection === '' ? 'quit' : until, connection },
    })
  }

  #meantBy(id: RuleId, draft: RuleDraft): Meant {
    const { wallMs, trueMs } = this.#times
    const { until } = draft
    const endsTrueMs = until.kind === 'time' ? trueMs + until.untilMs - wallMs : Infinity
    return { id, draft, until, enabled: true, suspended: false, endsTrueMs, usesMs: [], madeMs: wallMs }
  }

  /** Who was let in by this is shut out: what they said yes to opens nothing any more. */
  #shutOut({ draft }: Meant): void {
    const { who, capability, verdict } = draft
    if (who.kind !== 'account' || !isYes(verdict) || (capability !== 'contact' && capability !== 'anything')) return
    const answered = this.#bea.door.sent().filter(({ state }) => !['sending', 'asked', 'working'].includes(state))
    for (const { id } of answered) if (this.#ours.get(id) === who.account) this.#ours.delete(id)
  }

  /** What came to an end does not come back with an answer that is taken back. */
  #over(isOver: (rule: Meant) => boolean): void {
    for (const [id, given] of this.#given) {
      this.#given.set(id, { ...given, instead: given.instead.filter((rule) => !isOver(rule)) })
    }
  }

  #rule(which: number): RuleId | undefined {
    const rules = this.#bea.door.rules()
    return rules[which % Math.max(1, rules.length)]?.id
  }

  #visitor(which: number): House {
    const visitor = this.#visitors[which]
    if (visitor === undefined) throw new Error('nobody')
    return visitor
  }

  #isThere(connection: string): boolean {
    return this.#visitors.some((each) => this.street.seen(each, this.#bea).connection === connection)
  }

  get #times(): Times {
    const { clock } = this.street
    return { wallMs: Math.max(0, Math.round(clock.nowMs())), trueMs: clock.monotonicMs() }
  }

  #listen(): void {
    this.#bea.door.onOpened(({ whose, account, capability }) => {
      if (whose !== 'theirs') return
      this.#openings.push({ account, capability, wasOpen: this.#isOpenFor(account, capability) })
    })
  }
}

/**
 * A rule as of a start of the node. Its time goes by the machine's clock, which is all there is to go by. But what was
 * over when the node stopped, or is so now, stays so; and what lets in and was got its end at a time that the clock
 * does not show yet is switched off, as somebody has set it back.
 */
function started(rule: Meant, stoppedMs: number, { wallMs, trueMs }: Times): Meant {
  const { until, draft, endsTrueMs, madeMs } = rule
  if (until.kind !== 'time') return { ...rule, usesMs: [] }
  const again = { ...rule, usesMs: [], endsTrueMs: trueMs + until.untilMs - wallMs }
  if (!isYes(draft.verdict)) return again
  if (stoppedMs >= endsTrueMs || wallMs >= until.untilMs) return { ...again, endsTrueMs: -Infinity }
  return { ...again, enabled: rule.enabled && wallMs >= madeMs - CLOCK_SLACK_MS }
}

function askOf(what: number): (typeof asks)[number] {
  const ask = asks[what]
  if (ask === undefined) throw new Error('nothing to ask for')
  return ask
}

function wholeOf({ draft, until }: Meant): string {
  return JSON.stringify(RuleDraft.parse({ ...draft, until }))
}

/** All that says what a rule does. */
function draftOf({ draft }: Meant): string {
  const { until: _, note: __, ...rest } = draft
  return JSON.stringify(rest)
}

/** Whether a rule says what this answer to this knock says, and lets in no more. `connection`: if it is still there. */
function isMadeBy(rule: Rule, answer: Answer, { account, capability, about }: Knock, connection: string): boolean {
  if (rule.who.kind !== 'account' || rule.who.account !== account || rule.origin !== 'prompt') return false
  if (answer.verdict === 'block') return false
  if (answer.verdict === 'ignore') return rule.verdict === 'ignore' && rule.until.kind === 'quit'
  const { scope = 'capability' } = answer
  if (rule.capability !== (scope === 'everything' ? 'anything' : capability)) return false
  const verdicts = answer.verdict === 'allow' ? ['allow', 'allow-and-tell'] : ['deny', 'ignore']
  const isMarked = answer.verdict === 'allow' ? answer.tell === true : answer.silently === true
  if (rule.verdict !== verdicts[isMarked ? 1 : 0]) return false
  if (scope === 'this' && answer.verdict === 'allow') {
    if (about.name !== null && rule.match.name !== about.name) return false
    if (about.bytes !== null && rule.match.maxBytes !== about.bytes) return false
    if (about.path !== null && rule.match.path !== about.path) return false
    if (about.name === null && about.bytes === null && about.path === null) return false
  }
  const { until } = answer
  if (typeof until === 'object') return rule.until.kind === 'time' && rule.until.untilMs === until.untilMs
  if (until !== 'connection') return rule.until.kind === until
  if (connection === '') return rule.until.kind === 'once'
  return rule.until.kind === 'connection' && rule.until.connection === connection
}

/** What the door may refuse. Anything else that goes wrong is an error of the door. */
function attempt(act: () => Promise<unknown>): Promise<'done' | 'refused'>
function attempt(act: () => unknown): 'done' | 'refused'
function attempt(act: () => unknown): 'done' | 'refused' | Promise<'done' | 'refused'> {
  const refused = (error: unknown): 'refused' => {
    if (error instanceof LatchError && error.code !== 'INTERNAL' && error.code !== 'DAMAGED') return 'refused'
    throw error
  }
  try {
    const done = act()
    return done instanceof Promise ? done.then(() => 'done' as const, refused) : 'done'
  } catch (error) {
    return refused(error)
  }
}

/** Until what was said has arrived. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}
