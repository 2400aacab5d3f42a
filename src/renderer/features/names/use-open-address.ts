import { useLocation } from 'wouter'
import { paths } from '../../nav/paths.ts'
import { useOpenSite } from '../browse/use-open.ts'

/** Where an address leads that somebody typed: to its site. */
export function useOpenAddress(): (text: string) => void {
  const open = useOpenSite()
  return (text) => void open(text.trim())
}

/** And to its look-up, for whoever asks whose a name is. */
export function useLookUpAddress(): (text: string) => void {
  const [, go] = useLocation()
  return (text) => go(paths.lookUpOf(text.trim()))
}
