import type { Session } from 'electron'

const sessions = new WeakSet<Session>()

/** Before any web-contents is made with it: guards.ts asks when one is. */
export function markAsPagesOfOthers(session: Session): void {
  sessions.add(session)
}

/** Whether what it shows is a page of somebody else's, which has guards of its own; all others have those of our window. */
export function isOfOthers(session: Session): boolean {
  return sessions.has(session)
}
