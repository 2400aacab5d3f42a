import { RPCLink } from '@orpc/client/websocket'
import type { OpenedLink } from './link.ts'

const STORED = 'latch.token'

/**
 * The access token, from the fragment of the address that `latch start` printed. It is taken out of the address bar
 * at once and kept for this tab only, so that a reload works and a copied address gives nothing away.
 */
export function takeToken(location: Location, history: History, storage: Storage): string | null {
  const given = /^#token=([\w-]+)$/.exec(location.hash)?.[1]
  if (given === undefined) return storage.getItem(STORED)
  storage.setItem(STORED, given)
  history.replaceState(null, '', location.pathname)
  return given
}

/** The token travels as a subprotocol: it never stands in a URL that a log might keep. */
export function connectSocket(host: string, token: string): Promise<OpenedLink> {
  const websocket = new WebSocket(`ws://${host}/rpc`, [`latch.token.${token}`])
  const closed = new Promise<void>((resolve) => websocket.addEventListener('close', () => resolve()))
  return new Promise((resolve, reject) => {
    websocket.addEventListener('open', () => resolve({ link: new RPCLink({ websocket }), closed }))
    websocket.addEventListener('close', () => reject(new Error('the node did not take the connection')))
  })
}
