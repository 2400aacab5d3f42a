import { useLink } from '../../bridge/bridge.tsx'

/** Whether there is a way to the node now: a call made before would fail at once. */
export function useLinkOpen(): boolean {
  return useLink().link.state === 'open'
}
