import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'wouter'
import { useUnread } from '../features/chats/store.ts'
import { usePendingCount } from '../features/door/store.ts'
import { useNeedy } from '../features/names/use-my-names.ts'
import { useUnreadInRooms } from '../features/square/store.ts'
import { modifier } from '../nav/modifier.ts'
import { Badge } from '../ui/Badge.tsx'
import { cx } from '../ui/cx.ts'
import { Tooltip } from '../ui/Tooltip.tsx'
import { LampButton } from './LampButton.tsx'
import { places, type Place } from './places.tsx'
import { QuietButton } from './QuietButton.tsx'
import css from './Rail.module.css'

export function Rail(): ReactNode {
  const { t } = useTranslation()
  return (
    <nav className={css.rail} aria-label={t('frame.places')}>
      <LampButton />
      <QuietButton />
      {places.map((place, index) => (
        <RailLink key={place.id} place={place} position={index + 1} />
      ))}
    </nav>
  )
}

function RailLink({ place, position }: { place: Place; position: number }): ReactNode {
  const { t } = useTranslation()
  const [location] = useLocation()
  const name = t(`frame.place.${place.id}`)
  const here = location === place.path || location.startsWith(`${place.path}/`)
  return (
    <Tooltip text={name} shortcut={`${modifier()}${position}`} side="right">
      <Link
        href={place.path}
        className={cx(css.link, place.foot && css.foot)}
        aria-current={here ? 'page' : undefined}
      >
        {place.icon}
        <span className="visually-hidden">{name}</span>
        <span className={css.badge}>
          <Count place={place} />
        </span>
      </Link>
    </Tooltip>
  )
}

function Count({ place }: { place: Place }): ReactNode {
  const { t } = useTranslation()
  const unread = useUnread()
  const pending = usePendingCount()
  const inRooms = useUnreadInRooms()
  const needy = useNeedy().length
  if (place.id === 'chats') return <Badge count={unread} label={t('frame.unread', { count: unread })} />
  if (place.id === 'door') return <Badge count={pending} label={t('frame.atTheDoor', { count: pending })} />
  // Quieter than what is said to this person alone.
  if (place.id === 'square') return <Badge tone="soft" count={inRooms} label={t('frame.unread', { count: inRooms })} />
  if (place.id === 'names') return <Badge tone="soft" count={needy} label={t('names.needs', { count: needy })} />
  return null
}
