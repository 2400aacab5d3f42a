import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useUnread } from '../features/chats/store.ts'
import { usePendingCount } from '../features/door/store.ts'
import { places } from './places.tsx'

/** The window's title: the place, and in front of it how much waits to be looked at. */
export function useTitle(): void {
  const { t } = useTranslation()
  const [location] = useLocation()
  const waiting = useUnread() + usePendingCount()
  const place = places.find(({ path }) => location === path || location.startsWith(`${path}/`))?.id ?? 'chats'
  const name = t(`frame.place.${place}`)
  useEffect(() => {
    document.title = waiting === 0 ? `${name} · Latch` : `(${waiting}) ${name} · Latch`
  }, [name, waiting])
}
