import type { RefusedCode } from './types.ts'

/** The other side answered with something that no 1.0.0 says. */
export class IntroductionProtocolError extends Error {
  override readonly name = 'IntroductionProtocolError'
}

/** The introducer did not do what was asked, and said which of its reasons it has. */
export class IntroductionRefusedError extends Error {
  override readonly name = 'IntroductionRefusedError'
  readonly code: RefusedCode
  constructor(code: RefusedCode) {
    super(`refused: ${code}`)
    this.code = code
  }
}
