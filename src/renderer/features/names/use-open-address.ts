import { useLocation } from 'wouter'
import { paths } from '../../nav/paths.ts'

/** Where an address leads that somebody typed: to its look-up. A place that shows sites has its way in here. */
export function useOpenAddress(): (text: string) => void {
  const [, go] = useLocation()
  return (text) => go(paths.lookUpOf(text.trim()))
}
