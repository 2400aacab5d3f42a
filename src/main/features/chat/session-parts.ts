import type { AccountId } from '../../../shared/ids.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Offence } from '../../platform/streams.ts'
import type { ChatChannel, LogPosition, Status } from '../../protocols/chat/index.ts'
import type { IncomingParts } from './incoming.ts'
import type { Intake, News } from './intake.ts'
import type { Source } from './source-types.ts'
import type { Failure } from './schedule.ts'
import type { Session } from './session.ts'

export type SessionEnd = { kind: 'ended' } | Failure

export interface SessionParts extends Pick<IncomingParts, 'takes' | 'learnDevices' | 'onTyping'> {
  readonly channel: ChatChannel
  readonly role: 'opened' | 'served'
  /** Whose device is at the other end, as proven when the stream began. */
  readonly account: AccountId
  readonly me: AccountId
  readonly source: Source
  readonly intake: Intake
  readonly clock: Clock
  readonly log: Log
  readonly offence: Offence
  /** So many entries of an author were stored: how long to wait, in ms, before more is taken. */
  paced(author: AccountId, count: number): number
  /** Whether what was proven still holds. */
  isProven(): boolean
  onReady(session: Session): void
  onNews(news: News, from: Session): void
  /** They do not take a log of ours any further. */
  onRefused(position: LogPosition, status: Status): void
  /** The connection may be dead. */
  onSilent(session: Session): void
}
