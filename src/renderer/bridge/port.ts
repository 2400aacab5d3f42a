import { RPCLink } from '@orpc/client/message-port'
import type { OpenedLink } from './link.ts'

/** What the preload exposes; its presence says that this window belongs to the desktop app. */
declare global {
  interface Window {
    readonly latch?: {
      readonly platform: string
      /** Where a dropped or chosen file lies; the node may read it there once. Null: nowhere. */
      readonly pathOf: (file: File) => Promise<string | null>
    }
  }
}

/** The preload answers within a tick; a window without an answer after this long has none to expect. */
const HANDOVER_TIMEOUT_MS = 5_000

/** Asks the preload for a port to the node and waits for it. */
export async function connectPort(): Promise<OpenedLink> {
  const port = await askForPort()
  const closed = new Promise<void>((resolve) => port.addEventListener('close', () => resolve()))
  const link = new RPCLink({ port })
  port.start()
  return { link, closed }
}

function askForPort(): Promise<MessagePort> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      clearTimeout(timer)
      window.removeEventListener('message', onMessage)
    }
    const timer = setTimeout(() => {
      done()
      reject(new Error('the preload handed over no port'))
    }, HANDOVER_TIMEOUT_MS)
    const onMessage = (event: MessageEvent<unknown>): void => {
      const port = event.ports[0]
      if (event.source !== window || !isPortMessage(event.data) || port === undefined) return
      done()
      resolve(port)
    }
    window.addEventListener('message', onMessage)
    window.postMessage({ type: 'latch:hello' }, window.location.origin)
  })
}

function isPortMessage(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'latch:port'
}
