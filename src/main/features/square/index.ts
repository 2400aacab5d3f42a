/*
 * The public rooms of a network, over gossip: whoever enters the same name is in the same room. A message is signed by
 * its author's account, judged before it is passed on, and kept for 30 days. docs/wire/square.md.
 */
export { createSquare, type SquareParts } from './square.ts'
