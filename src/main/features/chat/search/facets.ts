import { createHash } from 'node:crypto'
import type { AccountId } from '../../../../shared/ids.ts'
import type { Query } from '../../../../shared/model/search.ts'
import type { SaidMessage } from '../../../protocols/chat/index.ts'

/**
 * What is searched for beside words stands in the index as words too, so that one query narrows all of it down at once. Nobody
 * can write them: they begin with a sign of the private area, which is no letter.
 */
const MARK = '\uE000'

export type Kind = NonNullable<Query['kind']>
const kinds: Record<Kind, string> = { text: `${MARK}kt`, files: `${MARK}kf`, pictures: `${MARK}kp`, voice: `${MARK}kv`, links: `${MARK}kl` }

const LINK = /\b(?:https?|peer):\/\/\S/iu

export const conversationFacet = (key: number): string => `${MARK}c${key.toString(36)}`

/** 40 bits: whoever shares them is told apart when the message is read. */
export function accountFacet(account: AccountId): string {
  const hash = createHash('sha256').update(account).digest()
  return `${MARK}a${hash.readUIntBE(0, 5).toString(36)}`
}

export const kindFacet = (kind: Kind): string => kinds[kind]

/** What a message is. */
export function kindsOf(text: string, files: SaidMessage['files']): Kind[] {
  const isVoice = files.length > 0 && files.every(({ kind }) => kind === 'voice')
  return [
    ...(files.length === 0 ? (['text'] as const) : isVoice ? (['voice'] as const) : (['files'] as const)),
    ...(files.some(({ kind }) => kind === 'picture') ? (['pictures'] as const) : []),
    ...(LINK.test(text) ? (['links'] as const) : []),
  ]
}
