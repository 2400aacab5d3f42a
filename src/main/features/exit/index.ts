/*
 * Exits: the way out to the outside web through a device of a contact, and the way out for contacts through this one.
 */
export { createExit } from './feature.ts'
export { refusalOf } from './refusal.ts'
