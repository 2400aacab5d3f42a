import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { Knock } from '../../../shared/model/door.ts'
import { useWho } from '../contacts/use-who.ts'
import { paths } from '../../nav/paths.ts'
import { cx } from '../../ui/cx.ts'
import css from './FloatingKnocks.module.css'
import { KnockCard } from './KnockCard.tsx'
import { knockSentence, lookOf } from './knock-wording.ts'
import { Notices } from './Notices.tsx'
import { calling, countQueued } from './state.ts'
import { doorStore } from './store.ts'
import { useArmed } from './use-deliberate.ts'
import { useRelayName } from './use-relay-name.ts'

/** More are not read but clicked away. */
const SHOWN = 3

/** What stands where, so that a change of it keeps every button still for a moment. */
export function layoutOf(knocks: readonly Knock[]): string {
  return knocks.map((knock) => `${knock.id} ${knock.state}`).join('\n')
}

/**
 * Knocks over any other screen. They never take the focus; what is typed goes on going where it went. `folded`: a page is
 * painted where they would float, and whoever shows it says that somebody knocks.
 */
export function FloatingKnocks({ folded = false }: { folded?: boolean }): ReactNode {
  const { t } = useTranslation()
  const [location] = useLocation()
  const onDoor = location === paths.doorSection('knocks')
  const door = doorStore.use(({ state }) => state)
  const knocks = calling(door).slice(0, SHOWN)
  const queued = countQueued(door)
  const isShown = !onDoor && !folded
  const armed = useArmed(isShown ? layoutOf(knocks) : '')
  return (
    <>
      <div className="visually-hidden" aria-live="polite">
        {knocks.map((knock) => (
          <Announcement key={knock.id} knock={knock} />
        ))}
      </div>
      {isShown && knocks.length > 0 && (
        <section className={cx(css.stack, location === paths.door && css.atTheDoor, location.startsWith(paths.browse) && css.inBrowse)} aria-label={t('door.knock.region')}>
          {knocks.map((knock) => (
            <KnockCard key={knock.id} knock={knock} armed={armed} place="floating" />
          ))}
          {queued > 0 && <p className={css.queued}>{t('door.knock.queued', { count: queued })}</p>}
        </section>
      )}
      <Notices inRow={folded} />
    </>
  )
}

/** Said once for each knock, on every screen, when whoever listens has a pause. */
function Announcement({ knock }: { knock: Knock }): ReactNode {
  const { t } = useTranslation()
  const { name, person } = useWho(knock.account, knock.claimedName)
  const through = useRelayName(knock)
  return <p>{knockSentence(t, knock, { name, look: lookOf(person), through })}</p>
}
