import type { ErrorCode } from '../../../../shared/errors.ts'
import type { OpenCode } from '../../../../shared/model/browse.ts'
import type { FoundSite, OpenErrorFacts } from '../types.ts'

/** A page did not open: the step it was at, a code, one sentence for the person. The cause is for the log. */
export class OpenError extends Error {
  override readonly name = 'OpenError'
  readonly facts: OpenErrorFacts

  constructor(facts: Omit<OpenErrorFacts, 'knock'> & Partial<Pick<OpenErrorFacts, 'knock'>>, options?: ErrorOptions) {
    super(facts.why, options)
    this.facts = { knock: null, ...facts }
  }
}

/** The name is somebody else's than whoever asks takes it to be; nothing was asked of them. */
export class OwnerMovedError extends OpenError {
  readonly found: FoundSite

  constructor(found: FoundSite) {
    super({ step: 'ledger', code: 'name-refused', why: `${found.site} has another owner now: load it again, as theirs.` })
    this.found = found
  }
}

/** The same failure in the closed list of codes that crosses the contract. */
export function errorCodeOf(code: OpenCode): ErrorCode {
  switch (code) {
    case 'bad-address':
      return 'BAD_INPUT'
    case 'nobody':
    case 'no-zone':
    case 'no-site':
      return 'NOT_FOUND'
    case 'name-refused':
    case 'knock-first':
    case 'denied':
    case 'unproven':
    case 'exit-refused':
    case 'certificate':
    case 'blocked':
      return 'NOT_ALLOWED'
    case 'catching-up':
    case 'busy':
      return 'BUSY'
    case 'copy-damaged':
      return 'DAMAGED'
    case 'crashed':
    case 'internal':
      return 'INTERNAL'
    case 'name-unreachable':
    case 'device-unreachable':
    case 'silent':
    case 'cut':
    case 'timeout':
    case 'malformed':
    case 'copy-missing':
    case 'exit-unreachable':
      return 'UNREACHABLE'
  }
}
