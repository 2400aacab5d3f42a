import { implement } from '@orpc/server'
import { contract } from '../../shared/contract/index.ts'
import type { Household } from '../node/types.ts'
import type { Log } from '../platform/log.ts'
import { admitCall, type CallContext } from './callers.ts'
import { inContractWords } from './failures.ts'

/** The one place where it is decided who may call what. A failure leaves as a typed error of the closed list. */
export function implementer(log: Log) {
  return implement(contract).$context<CallContext>().use(async ({ context, next, path }) => {
    try {
      admitCall(context.caller, path)
      return await next()
    } catch (error) {
      throw inContractWords(error, path.join('.'), log)
    }
  })
}

/** What each part of the router is made of. */
export interface RouterParts {
  readonly os: ReturnType<typeof implementer>
  readonly house: () => Household
  /** Failures of a stream leave as typed errors too. */
  readonly stream: <Item>(call: string, items: AsyncIterable<Item>) => AsyncGenerator<Item, void, void>
}
