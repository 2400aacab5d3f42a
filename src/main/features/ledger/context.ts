import { isSigned } from '../../platform/signatures.ts'
import type { BlockContext } from './apply.ts'
import { isEntrySigned } from './entry.ts'
import { type Genesis, networkOf } from './genesis.ts'
import type { Context } from './validator.ts'
import { workBits } from './work.ts'

/** What the blocks and entries of one network are judged by. Only what evidence is comes from elsewhere. */
export function contextOf(genesis: Genesis, whyNoEvidence: Context['whyNoEvidence']): BlockContext {
  const network = networkOf(genesis)
  return {
    genesis,
    network,
    rules: genesis.rules,
    isSigned: isEntrySigned,
    bitsOf: ({ body, work }) => workBits(body, work),
    whyNoEvidence,
    isApproved: isSigned,
  }
}

/** The same, where the signatures of some entries were verified in bulk already; the others are verified when asked. */
export function trusting<C extends Context>(context: C, verified: ReadonlySet<string>): C {
  return { ...context, isSigned: (entry) => verified.has(entry.id) || context.isSigned(entry) }
}
