import { RPCHandler } from '@orpc/server/message-port'
import { person } from './callers.ts'
import { createRouter } from './router.ts'
import { whyNotRpc } from './rpc-message.ts'
import type { PortParts } from './types.ts'

/**
 * Serves the contract over a port that the host made for one of its own windows. Ends, with every stream on it, when
 * the other side's window goes away.
 */
export function serveElectronPort({ node, port, log, access = () => null, choosePath, mayRead }: PortParts): { close: () => void } {
  const handler = new RPCHandler(createRouter(node, log, access, choosePath, mayRead))
  handler.upgrade(
    {
      on: (event, callback) => {
        if (event === 'close') port.on('close', () => callback())
        if (event !== 'message') return
        port.on('message', ({ data }) => {
          const why = whyNotRpc(data)
          if (why === null) callback({ data })
          else log.warn({ why }, 'a window sent something that is not a call; dropped')
        })
      },
      postMessage: (message: unknown) => port.postMessage(message),
    },
    { context: person },
  )
  port.start()
  return { close: () => port.close() }
}
