/*
 * Exits: the way out to the outside web through a device of a contact, and the way out for contacts through this one.
 * Which hosts and addresses are on the outside web is decided in pure functions (hosts, judge); `outlet` opens them for
 * contacts, `asking` asks contacts for them, `uses` counts both.
 */
export { ExitRefusedError } from '../../protocols/exit/index.ts'
export { createExit } from './feature.ts'
export { refusalOf } from './refusal.ts'
