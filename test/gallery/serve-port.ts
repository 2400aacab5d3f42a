import { RPCHandler } from '@orpc/server/message-port'
import type { createRouter } from './router.ts'

/** Answers the window's hello as the preload does, with a port to a router in this page. Gives what stops that. */
export function servePort(router: ReturnType<typeof createRouter>): () => void {
  const handler = new RPCHandler(router)
  let answering = true
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    const data = event.data
    const asks = typeof data === 'object' && data !== null && 'type' in data && data.type === 'latch:hello'
    if (!answering || !asks) return
    const { port1, port2 } = new MessageChannel()
    handler.upgrade(port1)
    port1.start()
    window.postMessage({ type: 'latch:port' }, window.location.origin, [port2])
  })
  return () => {
    answering = false
  }
}
