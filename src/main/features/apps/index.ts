/*
 * Programs of this person that speak with the programs of others, each through the door of the other.
 *
 *   programs    registered, connected, gone; of a token only its hash is kept
 *   inbound     a request passes the door, takes room, and waits on the line of its program; served.ts is one of them
 *   outbound    a call finds a device, knocks if it must, and asks; call.ts is one of them
 *
 * Every bound on what others and programs can make this hold is in limits.ts; the bytes are in docs/wire/app.md, the
 * programs' side in docs/api.md.
 */
export { createApps, type AppsParts } from './apps.ts'
export type { Answer, AppPass, Ask, AppsEvent, AppsFeature, Content, IncomingRequest, Piece, Sending, ServeEvent } from './types.ts'
