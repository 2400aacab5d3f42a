import { createORPCClient, mapEventIterator, ORPCError } from '@orpc/client'
import type { ContractRouterClient } from '@orpc/contract'
import type { Contract } from '../shared/contract/index.ts'
import { errorCodes, LatchError, type ErrorCode } from '../shared/errors.ts'
import { call } from './calls.ts'
import type { Control } from './control-file.ts'
import { plainDeep } from './plain.ts'

export type Client = ContractRouterClient<Contract>

interface ClientOptions {
  readonly control: Control
  /** Make every string from the node safe for a terminal; `--json` has them as they are, escaped when printed. */
  readonly forTerminal: boolean
  /** What to fail with when nothing answers there. */
  readonly gone: () => Error
}

/** A client of the running node, over HTTP with the token of `control.json`. Its failures are LatchErrors again. */
export function createClient({ control, forTerminal, gone }: ClientOptions): Client {
  const clean = forTerminal ? plainDeep : <Value>(value: Value): Value => value
  const failure = (error: unknown): unknown => {
    if (error instanceof ORPCError) {
      return new LatchError(isOfTheList(error.code) ? error.code : 'INTERNAL', clean(error.message))
    }
    return isAbort(error) ? error : gone()
  }
  return createORPCClient({
    async call(path, input, { signal }) {
      try {
        if (!isStream(path)) return clean(await call(control, path, input, signal))
        const { stream } = await import('./streams.ts')
        const items = await stream(control, path, input, signal)
        return mapEventIterator(items, { value: async (item) => clean(item), error: async (error) => failure(error) })
      } catch (error) {
        throw failure(error)
      }
    },
  })
}

/** Beside every `watch`: what is told step by step. */
const streams: ReadonlySet<string> = new Set(['names/claim', 'names/lookup'])

function isStream(path: readonly string[]): boolean {
  return path.at(-1) === 'watch' || path.at(-1) === 'watchJoining' || path.at(-1) === 'watchRestoring' || streams.has(path.join('/'))
}

function isOfTheList(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCodes, code)
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}
