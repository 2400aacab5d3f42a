import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { Knock } from '../../../shared/model/door.ts'
import { usePeople } from '../contacts/store.ts'
import { paths } from '../../nav/paths.ts'
import { cx } from '../../ui/cx.ts'
import { useNow } from '../../ui/use-now.ts'
import css from './FloatingKnocks.module.css'
import { KnockCard } from './KnockCard.tsx'
import { atTheDoor, countQueued } from './state.ts'
import { doorStore } from './store.ts'
import { useArmed } from './use-deliberate.ts'
import { nameFor, wantsText } from './wording.ts'

/** More are not read but clicked away. */
const SHOWN = 3

/** What stands where, so that a change of it keeps every button still for a moment. */
export function layoutOf(knocks: readonly Knock[]): string {
  return knocks.map((knock) => `${knock.id} ${knock.state}`).join('\n')
}

/** Knocks over any other screen. They never take the focus; what is typed goes on going where it went. */
export function FloatingKnocks(): ReactNode {
  const { t } = useTranslation()
  const [location] = useLocation()
  const onDoor = location === paths.doorSection('knocks')
  const door = doorStore.use(({ state }) => state)
  const knocks = atTheDoor(door, useNow(1_000)).slice(0, SHOWN)
  const queued = countQueued(door)
  const armed = useArmed(onDoor ? '' : layoutOf(knocks))
  return (
    <>
      <Announcement knocks={knocks} />
      {!onDoor && knocks.length > 0 && (
        <section className={cx(css.stack, location === paths.door && css.atTheDoor)} aria-label={t('door.knock.region')}>
          {knocks.map((knock) => (
            <KnockCard key={knock.id} knock={knock} armed={armed} place="floating" />
          ))}
          {queued > 0 && <p className={css.queued}>{t('door.knock.queued', { count: queued })}</p>}
        </section>
      )}
    </>
  )
}

/** Said once for each knock, on every screen, when whoever listens has a pause. */
function Announcement({ knocks }: { knocks: readonly Knock[] }): ReactNode {
  const { t } = useTranslation()
  const people = usePeople()
  return (
    <div className="visually-hidden" aria-live="polite">
      {knocks
        .filter((knock) => knock.state === 'pending')
        .map((knock) => {
          const name = people.has(knock.account) ? nameFor(t, knock.account, people) : knock.claimedName
          return <p key={knock.id}>{t('door.knock.announce', { name, wants: wantsText(t, knock.capability) })}</p>
        })}
    </div>
  )
}
