import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { usePeople } from '../contacts/store.ts'
import { usePaneWidth } from '../../nav/pane-width.ts'
import { paths } from '../../nav/paths.ts'
import { cx } from '../../ui/cx.ts'
import { useNow } from '../../ui/use-now.ts'
import { shortKey } from '../../ui/Key.tsx'
import { VerdictIcon } from '../../ui/VerdictIcon.tsx'
import { AnsweredLine } from './AnsweredLine.tsx'
import { appOf, kindOf } from './choice.ts'
import css from './Notices.module.css'
import { answered, wasMissed } from './state.ts'
import { doorStore } from './store.ts'
import { toldNow } from './told.ts'
import { nameFor } from './wording.ts'

/** More lines than these would be a log, and there is one. */
const TOLD_SHOWN = 3
/** Nobody takes back more than the last few; the others end by themselves. */
const ANSWERED_SHOWN = 3

/**
 * What was just answered, and who just came in by a rule that tells: at the foot of the list, where no page has anything
 * to press; where list and content take turns, or no list is, in a row of its own under both.
 */
export function Notices({ inRow = false }: { inRow?: boolean }): ReactNode {
  const { t } = useTranslation()
  const { px } = usePaneWidth()
  const [location] = useLocation()
  const nowMs = useNow(1_000)
  const door = doorStore.use(({ state }) => state)
  // On their own screens they stand where the card stood.
  const elsewhere = answered(door, nowMs)
    .filter((knock) => location !== paths.doorSection(wasMissed(knock) ? 'missed' : 'knocks'))
    .slice(-ANSWERED_SHOWN)
  return (
    <div className={cx(css.notices, inRow && css.inRow)} style={{ '--list-width': `${px}px` }}>
      <Told />
      {elsewhere.length > 0 && (
        <section className={css.answered} aria-label={t('door.answered.region')}>
          {elsewhere.map((knock) => (
            <AnsweredLine
              key={knock.id}
              knock={knock}
              floating
              className={location === paths.door && !wasMissed(knock) ? css.atTheDoor : undefined}
            />
          ))}
        </section>
      )}
    </div>
  )
}

/** Not a question: nothing to press, nothing that lasts. */
function Told(): ReactNode {
  const { t } = useTranslation()
  const people = usePeople()
  const [location] = useLocation()
  const nowMs = useNow(1_000)
  const decisions = doorStore.use(({ state }) => state.decisions)
  const told = location === paths.doorSection('log') ? [] : toldNow(decisions, nowMs)
  const more = told.length - TOLD_SHOWN
  return (
    <output className={css.told} aria-label={t('door.told.region')}>
      {told.slice(0, TOLD_SHOWN).map(({ seq, account, peerId, capability }) => (
        <span key={seq} className={css.line}>
          <VerdictIcon verdict="allow-and-tell" />
          <bdi>
            {t('door.told.line', {
              name: account === null ? shortKey(peerId) : nameFor(t, account, people),
              what: t(`door.told.what.${kindOf(capability)}`, { app: appOf(capability) }),
            })}
          </bdi>
        </span>
      ))}
      {more > 0 && <span className={cx(css.line, css.more)}>{t('door.told.more', { count: more })}</span>}
    </output>
  )
}
