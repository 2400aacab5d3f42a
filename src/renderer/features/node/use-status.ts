import { useEffect, useState } from 'react'
import type { NodeStatus } from '../../../shared/model/node.ts'
import { useClient } from '../../bridge/bridge.tsx'

/** Figures such as memory have no events; they are asked for, as long as somebody looks. */
const EVERY_MS = 2_000

/** The running node, kept fresh while this is on the screen; null until the first answer. */
export function useStatus(): NodeStatus | null {
  const client = useClient()
  const [status, setStatus] = useState<NodeStatus | null>(null)
  useEffect(() => {
    let gone = false
    const ask = (): void => {
      client.node.status().then(
        (next) => {
          if (!gone) setStatus(next)
        },
        // The banner across the window says when the node cannot be reached; the last figures stay.
        () => {},
      )
    }
    ask()
    const timer = setInterval(ask, EVERY_MS)
    return () => {
      gone = true
      clearInterval(timer)
    }
  }, [client])
  return status
}
