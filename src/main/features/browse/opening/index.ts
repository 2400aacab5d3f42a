/*
 * How a page is opened by name: whose the name is, where its zone points, which of the owner's devices answers, and whose
 * copy takes its place while none does. The window, the gateway, the command line and programs share one of these.
 */
export { errorCodeOf, OpenError, OwnerMovedError } from './open-error.ts'
export { createOpening, type OpeningParts } from './opening.ts'
