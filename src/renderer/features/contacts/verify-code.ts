import { AccountId } from '../../../shared/ids.ts'

const BEGINS = 'latch:verify/'

/**
 * What one screen shows the other's camera: whose screen it is, and whom it takes the other for. Both keys whole: more than
 * the six words say.
 */
export function verifyCode(me: AccountId, them: AccountId): string {
  return `${BEGINS}${me}.${them}`
}

/** `same`: they are who this device takes them for, and take this account for what it is. `different`: one of the two is not so. */
export type Compared = 'same' | 'different' | 'no-code'

/** What the code of somebody's screen comes to, seen by `me`, who takes them for `them`. */
export function compared(text: string, me: AccountId, them: AccountId): Compared {
  if (!text.startsWith(BEGINS)) return 'no-code'
  const [shown, taken, ...more] = text.slice(BEGINS.length).split('.')
  const whose = AccountId.safeParse(shown).data
  const forWhom = AccountId.safeParse(taken).data
  if (whose === undefined || forWhom === undefined || more.length > 0) return 'no-code'
  return whose === them && forWhom === me ? 'same' : 'different'
}
