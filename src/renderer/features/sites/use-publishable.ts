import { useMemo } from 'react'
import { useMyNames } from '../names/use-my-names.ts'

/** Full names that this account can publish under: whose term is over belongs to whoever takes it. */
export function usePublishableNames(): readonly string[] {
  const { owned } = useMyNames()
  return useMemo(
    () =>
      owned
        .filter(({ onLedger }) => onLedger !== null && onLedger.phase !== 'free' && onLedger.phase !== 'grace')
        .map(({ fullName }) => fullName),
    [owned],
  )
}
