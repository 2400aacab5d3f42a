import type { contract } from '../../shared/contract/index.ts'
import type { AppId } from '../../shared/model/apps.ts'
import type { AppPass } from '../features/apps/types.ts'
import { LatchError } from '../../shared/errors.ts'

/** Who calls: the person, by the window or the access token; or one program, by a token that opens nothing else. */
export type Caller = { readonly kind: 'person' } | ({ readonly kind: 'program' } & AppPass)

export interface CallContext {
  readonly caller: Caller
}

export const person: CallContext = { caller: { kind: 'person' } }

export function program(pass: AppPass): CallContext {
  return { caller: { kind: 'program', ...pass } }
}

/** All that a program may call, as itself. Everything else is the person's, and so is whatever is added to the contract. */
const forPrograms: Readonly<Record<string, ReadonlySet<string>>> = {
  apps: new Set<keyof (typeof contract)['apps']>([
    'me',
    'people',
    'serve',
    'reply',
    'request',
    'response',
    'read',
    'write',
    'cancel',
  ]),
}

/** Called before each call, whatever its input. Errors: LatchError NOT_ALLOWED, UNAUTHORIZED. */
export function admitCall(caller: Caller, [feature = '', verb = '', ...rest]: readonly string[]): void {
  if (caller.kind === 'person') return
  if (caller.revoked.aborted) throw new LatchError('UNAUTHORIZED', 'This program was removed, or has a new token.')
  if (rest.length === 0 && Object.hasOwn(forPrograms, feature) && forPrograms[feature]?.has(verb) === true) return
  throw new LatchError('NOT_ALLOWED', 'The token of a program opens only what is for programs.')
}

/** As which program somebody calls. Errors: LatchError NOT_ALLOWED, BAD_INPUT. */
export function programOf(caller: Caller, named: AppId | undefined): AppId {
  if (caller.kind === 'program') {
    if (named === undefined || named === caller.app) return caller.app
    throw new LatchError('NOT_ALLOWED', `This token is for the program ${caller.app}.`)
  }
  if (named === undefined) throw new LatchError('BAD_INPUT', 'app: say as which program.')
  return named
}
