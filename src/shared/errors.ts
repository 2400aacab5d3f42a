/**
 * Every failure that crosses a boundary, in one closed list. The code is for programs; the sentence is for the person
 * (English here, the window has its own catalogue by code); what caused it goes to the log and nowhere else.
 */
export const errorCodes = {
  BAD_INPUT: { status: 400, message: 'That input cannot be used.' },
  UNAUTHORIZED: { status: 401, message: 'This needs the access token of the running node.' },
  NOT_ALLOWED: { status: 403, message: 'The door does not allow that.' },
  NOT_FOUND: { status: 404, message: 'There is nothing of that name or id.' },
  NO_ACCOUNT: { status: 409, message: 'Create an account first.' },
  ACCOUNT_EXISTS: { status: 409, message: 'This data folder already holds an account.' },
  CONFLICT: { status: 409, message: 'That has already been answered or changed.' },
  TOO_LARGE: { status: 413, message: 'That is larger than this network carries.' },
  LOCKED: { status: 423, message: 'The keys of this account cannot be opened now.' },
  BUSY: { status: 429, message: 'Too much at once; try again shortly.' },
  UNREACHABLE: { status: 502, message: 'That peer cannot be reached now.' },
  DAMAGED: { status: 500, message: 'A file of this data folder is damaged; it was left as it is.' },
  INTERNAL: { status: 500, message: 'Something failed inside Latch; the log has the cause.' },
} as const satisfies Record<string, { status: number; message: string }>

export type ErrorCode = keyof typeof errorCodes

/**
 * A failure with a code of the list. `message` is one sentence a person can act on; `cause` is for the log.
 * Thrown by features and the node, turned into a typed contract error by `control`, and back into this by each client.
 */
export class LatchError extends Error {
  override readonly name = 'LatchError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string = errorCodes[code].message, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
