import { LatchError } from '../../../../shared/errors.ts'
import type { PeerId } from '../../../../shared/ids.ts'
import type { OpenStep } from '../../../../shared/model/browse.ts'
import { DeadlineError } from '../../../platform/clock.ts'
import { StreamCutError } from '../../../platform/streams.ts'
import type { BrowseSites, FoundSite, OpenErrorFacts } from '../types.ts'
import { askedName } from './handed-on.ts'
import { OpenError } from './open-error.ts'
import { toldPath } from './path.ts'

/** What an error of one device means for the page. */
export interface Judged {
  /**
   * `final`: nobody else would say otherwise. `elsewhere`: another device may. `away`: nobody answered there, so another
   * device may, or a copy.
   */
  readonly means: 'final' | 'elsewhere' | 'away'
  readonly error: OpenError
}

export interface JudgedContext {
  readonly found: FoundSite
  readonly peerId: PeerId
  /** As it was asked for, with its query. */
  readonly path: string
  /** It has not opened this site before, and the connection to it holds. */
  readonly isAtDoor: boolean
  readonly refusalOf: BrowseSites['refusalOf']
}

const lets = { busy: 'away', 'no-site': 'away', unproven: 'elsewhere', malformed: 'elsewhere' } as const

/** What a device's error means, in the words of opening: whose step it was, and what the person can do. Pure. */
export function judge(error: unknown, context: JudgedContext): Judged {
  if (error instanceof OpenError) return { means: 'final', error }
  const { found, peerId, path } = context
  const { site } = found
  const refusal = context.refusalOf(error)
  const made = (step: OpenStep, code: OpenErrorFacts['code'], why: string): OpenError => new OpenError({ step, code, why }, { cause: error })
  switch (refusal) {
    case 'knock-first':
    case 'denied': {
      const knock = { account: found.owner, peerId, site: askedName(found), path: toldPath(path) }
      const why = refusal === 'denied' ? `The owner of ${site} does not let you in here.` : `The owner of ${site} asks who comes: knock, and wait for their answer.`
      return { means: 'final', error: new OpenError({ step: 'door', code: refusal, why, knock: refusal === 'knock-first' ? knock : null }, { cause: error }) }
    }
    case 'unproven':
      return { means: lets[refusal], error: made('door', refusal, `The owner’s device could not make out which account you are: try again.`) }
    case 'busy':
      return { means: lets[refusal], error: made('door', refusal, `The owner’s device is busy: try again shortly.`) }
    case 'silent':
      return silence(made)
    case 'no-site':
      return { means: lets[refusal], error: made('door', refusal, `The owner’s device serves no site under ${site} now: ask them to publish it.`) }
    case 'malformed':
      return { means: lets[refusal], error: made('door', 'malformed', `The owner’s device did not understand what was asked: one of you needs a newer Latch.`) }
    case null:
      return judgeOther(error, context, made)
    // And what a newer Latch may say.
    case 'unsupported':
    default:
      return { means: 'elsewhere', error: made('door', 'malformed', `The owner’s device does not serve ${site} in this way: one of you needs a newer Latch.`) }
  }
}

type Made = (step: OpenStep, code: OpenErrorFacts['code'], why: string) => OpenError

function silence(made: Made): Judged {
  return { means: 'away', error: made('door', 'silent', `The owner’s device gave no answer: try again later, or write to them.`) }
}

function judgeOther(error: unknown, { found: { site }, isAtDoor }: JudgedContext, made: Made): Judged {
  const cause = error instanceof Error ? error.cause : undefined
  if (error instanceof LatchError) {
    if (error.code === 'BAD_INPUT') return { means: 'final', error: made('address', 'bad-address', error.message) }
    if (error.code === 'BUSY') return { means: 'final', error: made('answer', 'busy', error.message) }
    if (error.code === 'NOT_FOUND') return { means: 'away', error: made('answer', 'no-site', error.message) }
    if (cause instanceof DeadlineError && isOfAnswer(cause)) {
      return { means: 'away', error: made('answer', 'timeout', `The owner’s device is connected, and ${site} did not answer in time: try again.`) }
    }
    if (isNoHttp(cause)) {
      return { means: 'elsewhere', error: made('answer', 'malformed', `${site} answered with what no browser understands: its owner has to mend it.`) }
    }
    if (error.code === 'UNREACHABLE') return { means: 'away', error: made('connect', 'device-unreachable', whyUnreachable(site)) }
  }
  if (error instanceof StreamCutError) {
    // A reset is all that a door says to whom it does not answer.
    if (isAtDoor) return silence(made)
    return { means: 'away', error: made('answer', 'cut', `The connection to the owner’s device broke before ${site} answered: try again.`) }
  }
  if (error instanceof DeadlineError) return { means: 'away', error: made('connect', 'device-unreachable', whyUnreachable(site)) }
  if (error instanceof Error && error.name === 'SiteProtocolError') {
    return { means: 'elsewhere', error: made('door', 'malformed', `The owner’s device answered with what no Latch says: one of you needs a newer one.`) }
  }
  return { means: 'elsewhere', error: made('answer', 'internal', `${site} could not be opened; the log has the cause.`) }
}

export function whyUnreachable(site: string): string {
  return `No device of the owner of ${site} can be reached now: they may be offline. Try again later.`
}

function isOfAnswer({ message }: DeadlineError): boolean {
  return message.startsWith('an answer')
}

function isNoHttp(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && String(cause.code).startsWith('HPE_')
}

/** Of several devices' errors the one that tells most: what somebody said, before that nobody could be reached. */
export function mostTelling(errors: readonly OpenError[]): OpenError | null {
  const rank = ({ facts: { code } }: OpenError): number => RANKS.indexOf(code) + 1 || RANKS.length + 1
  return errors.toSorted((a, b) => rank(a) - rank(b))[0] ?? null
}

const RANKS: readonly OpenErrorFacts['code'][] = ['unproven', 'busy', 'malformed', 'internal', 'timeout', 'cut', 'silent', 'no-site', 'device-unreachable']
