import type { Knock } from '../../../shared/model/door.ts'
import { shortKey } from '../../ui/Key.tsx'
import { useIntroducerName } from '../reach/store.ts'

/** The introducer that carries a knock, by its name where it is known here, else its key, short; null for none. */
export function useRelayName({ route, through }: Pick<Knock, 'route' | 'through'>): string | null {
  const name = useIntroducerName(through)
  if (route !== 'relayed' || through === null) return null
  return name ?? shortKey(through)
}
