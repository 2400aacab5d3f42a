import type { Otherwise } from './policy.ts'
import type { Audience } from './types.ts'

/** What somebody hears of a thing that has an audience, where no rule speaks, with the reason for the log. */
export function otherwiseOf(audience: Audience, isContact: boolean): Otherwise {
  return { verdict: audience({ isContact }), why: `the site ${whom(audience)}` }
}

function whom(audience: Audience): string {
  const [stranger, contact] = [audience({ isContact: false }), audience({ isContact: true })]
  if (stranger === 'allow') return 'is for anyone'
  if (contact === 'allow') return 'is for contacts'
  return contact === 'ask' ? 'asks who comes' : 'is for nobody'
}
