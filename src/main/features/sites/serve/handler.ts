import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AccountId, PeerId } from '../../../../shared/ids.ts'
import type { SiteName } from '../../../../shared/model/sites.ts'
import type { SiteStream } from '../../../protocols/site/index.ts'
import type { Target } from '../../../platform/http-target.ts'

/** Who visits, as it was proven. */
export interface Guest {
  readonly site: SiteName
  readonly peerId: PeerId
  readonly account: AccountId | null
  /** The person whose site it is, on this device: no door stands between. */
  readonly isOwner: boolean
}

/** A request that was let in. */
export interface Asked {
  readonly guest: Guest
  readonly target: Target
}

/** Whether what is behind a site answers; `why` is a sentence for its owner. */
export type OnState = (state: { kind: 'open' } | { kind: 'failing'; why: string }) => void

/** What answers the requests of a site. */
export interface SiteHandler {
  request(request: IncomingMessage, response: ServerResponse, asked: Asked): Promise<void>
  /** For WebSockets; without it they are answered as any request is. */
  readonly upgrade?: (request: IncomingMessage, stream: SiteStream, head: Buffer, asked: Asked) => void
  /** Looks whether there is anything to show, and says so as a state. `gone`: a visitor may as well be told that there is no site. */
  look(): Promise<'there' | 'gone'>
  /** Lets go of all that it holds. */
  close(): void
}
