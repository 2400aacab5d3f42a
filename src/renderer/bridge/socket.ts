import { RPCLink } from '@orpc/client/websocket'
import { LinkRefused, type OpenedLink } from './link.ts'
import type { Session } from './session.ts'

/** What the node answers with; the token is offered beside it, so that it never stands in a URL that a log might keep. */
const PROTOCOL = 'latch'

/** Errors: LinkRefused when the node knows no token of this tab. */
export async function connectSocket(host: string, session: Session): Promise<OpenedLink> {
  const token = await session.token()
  const websocket = new WebSocket(`ws://${host}/rpc`, [PROTOCOL, `latch.token.${token}`])
  const closed = new Promise<void>((resolve) => websocket.addEventListener('close', () => resolve()))
  const opened = await new Promise<boolean>((resolve) => {
    websocket.addEventListener('open', () => resolve(true))
    websocket.addEventListener('close', () => resolve(false))
  })
  if (opened) return { link: new RPCLink({ websocket }), closed }
  if (!(await session.isKnown(token))) throw new LinkRefused('the node does not know this session')
  throw new Error('the node did not take the connection')
}
