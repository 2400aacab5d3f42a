import { LatchError } from '../../../shared/errors.ts'
import type { AccountId, ConversationId, PeerId } from '../../../shared/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Offence } from '../../platform/streams.ts'
import { EntryError, openEntry, readLetter, ViolationError, type ChatLetter, type SignedEntry } from '../../protocols/chat/index.ts'
import { aboutOf, idOf, type About } from './about.ts'
import { checkContent, isBetween, type IncomingParts } from './incoming.ts'
import type { Arrived, Intake, News, Taken } from './intake.ts'
import { sourceFor, type IsHeldBack, type Sharing } from './source.ts'
import type { LogStore } from './store.ts'
import { Turns } from './turns.ts'
import type { ArrivedLetter, ChatMail } from './types.ts'

interface LettersParts extends Pick<IncomingParts, 'learnDevices'> {
  readonly store: LogStore
  readonly sharing: Sharing
  readonly isHeldBack: IsHeldBack
  readonly intake: Intake
  readonly me: { readonly account: AccountId }
  readonly clock: Clock
  readonly log: Log
  readonly offence: Offence
  readonly devicesOf: (account: AccountId) => readonly PeerId[]
  readonly mail: ChatMail | undefined
  readonly onNews: (news: News) => void
}

/** Why what a letter brings is not here yet, and may be tomorrow. */
const LATER = new Set(['gap', 'unknown-device', 'version'])

/**
 * What was left in a mailbox is judged as what comes on a stream: whose letter it is only says which conversations it may be
 * about; each entry is its author's or it is nothing. Letters come in any order: one whose entries follow what is not here is
 * left where it was, and comes again.
 */
export class Letters {
  readonly #parts: LettersParts
  #taking: Promise<unknown> = Promise.resolve()
  #stopped = false

  constructor(parts: LettersParts) {
    this.#parts = parts
  }

  /** Resolves when nothing of this reads or writes any more. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#taking
  }

  /** One after the other. Errors: LatchError CONFLICT where it may be taken later. */
  take(letter: ArrivedLetter): Promise<'taken' | 'refused'> {
    const taking = this.#taking.then(() => this.#take(letter))
    this.#taking = taking.catch(() => {})
    return taking
  }

  async #take({ from, bytes }: ArrivedLetter): Promise<'taken' | 'refused'> {
    const { mail, devicesOf, log, offence } = this.#parts
    if (this.#stopped) throw later('Latch is stopping.')
    if (mail === undefined) return 'refused'
    if (!devicesOf(from.account).includes(from.device)) throw later('Whose device wrote this letter is not known here yet.')
    try {
      return await this.#judge(from, readLetter(bytes), mail.admits(from.account))
    } catch (error) {
      const broken = error instanceof EntryError && error.place === null ? new ViolationError(error.status, error.message, 10) : error
      if (!(broken instanceof ViolationError)) throw error
      log.warn({ peer: from.device, error }, 'a letter is not what it should be')
      offence(from.device, `chat: ${broken.message}`, broken.points)
      return 'refused'
    }
  }

  async #judge({ account, device }: ArrivedLetter['from'], letter: ChatLetter, isAdmitted: boolean): Promise<'taken' | 'refused'> {
    const { intake, onNews, store, sharing, isHeldBack, me, log, clock } = this.#parts
    const source = sourceFor({ store, me: me.account, account, isHeldBack, sharing })
    const named = new Map<ConversationId, About>()
    for (const one of letter.conversations) {
      const about = aboutOf(one)
      if (about.kind === 'two') {
        if (!isBetween(about.members, account, me.account)) throw new ViolationError('wrong-conversation', 'a letter of others', 25)
        if (isAdmitted || account === me.account) named.set(idOf(about), about)
      } else if (source.takesGroup(about, isAdmitted)) {
        named.set(idOf(about), about)
      }
    }
    const { arrived, isWhole } = await this.#open(letter, named)
    const turns = new Turns(clock)
    if (this.#stopped) throw later('Latch is stopping.')
    const carrier = { account, peerId: device, route: null, aboutOf: (id: ConversationId) => named.get(id) ?? null }
    const taken = await intake.takeAll(carrier, arrived, new Set(), () => turns.pause())
    onNews(taken.news)
    for (const { verdict } of taken.refused) log.warn({ peer: device, why: verdict.why }, 'refused a chat entry of a letter')
    return this.#outcome(taken, isWhole)
  }

  async #open({ entries, contents }: ChatLetter, named: ReadonlyMap<ConversationId, About>): Promise<{ arrived: Arrived[]; isWhole: boolean }> {
    const arrived: Arrived[] = []
    for (const [index, envelope] of entries.entries()) {
      const signed = await openEntry(envelope)
      const block = contents[index] ?? null
      checkContent(signed, block)
      if (!named.has(signed.entry.conversation)) continue
      await this.#learn(signed)
      arrived.push({ kind: 'entry', signed, block })
    }
    return { arrived, isWhole: arrived.length === entries.length }
  }

  async #learn({ entry, body }: SignedEntry): Promise<void> {
    const change = body?.kind === 'roster' ? body.change : null
    if (change === null || !('devices' in change) || change.devices === null) return
    await this.#parts.learnDevices?.(change.devices, entry.account)
  }

  #outcome({ refused }: Taken, isWhole: boolean): 'taken' | 'refused' {
    if (refused.some(({ verdict }) => LATER.has(verdict.status))) throw later('What comes before this letter is not here yet.')
    return isWhole && refused.length === 0 ? 'taken' : 'refused'
  }
}

function later(why: string): LatchError {
  return new LatchError('CONFLICT', why)
}
