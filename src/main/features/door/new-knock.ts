import { Address, type KnockId } from '../../../shared/ids.ts'
import type { AskingPage, Knock } from '../../../shared/model/door.ts'
import { ANSWER_WITHIN_MS, QUEUED_FOR_MS } from './limits.ts'
import { plainText } from './stranger-words.ts'
import type { Visitor } from './visitor.ts'

interface Coming {
  readonly id: KnockId
  readonly visitor: Visitor
  readonly claimedName: string
  readonly greeting: string
  readonly ledgerName: Knock['ledgerName']
  readonly page: AskingPage | null
  readonly address: string
  readonly before: number
  readonly isShown: boolean
  readonly isQuiet: boolean
}

/** A question that has just come, before the person or in line. */
export function newKnock({ visitor, ...coming }: Coming, nowMs: number): Knock {
  const { account, peerId, capability, about, route, through } = visitor
  const { id, claimedName, greeting, ledgerName, page, address, before, isShown, isQuiet } = coming
  return {
    id,
    account,
    peerId,
    claimedName: plainText(claimedName),
    ledgerName,
    capability,
    about,
    page,
    greeting: plainText(greeting),
    route,
    through,
    address: Address.safeParse(address).data ?? `/p2p/${peerId}`,
    receivedMs: nowMs,
    untilMs: nowMs + (isShown ? ANSWER_WITHIN_MS : QUEUED_FOR_MS),
    requests: 1,
    before,
    quiet: isQuiet,
    state: isShown ? 'pending' : 'queued',
    answeredMs: null,
    undoUntilMs: null,
  }
}
