import { Check, CircleSlash, Clock3, X } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Attempt } from '../../../shared/model/reach.ts'
import { paths } from '../../nav/paths.ts'
import { Address } from '../../ui/Address.tsx'
import { Button } from '../../ui/Button.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './Attempts.module.css'
import { groupAttempts, type AttemptGroup } from './attempt-groups.ts'
import { useDeviceName } from './use-device-name.ts'
import { tookText } from './wording.ts'

const PEERS_SHOWN = 5
const ROWS_SHOWN = 4

const icons = { 'won': <Check />, 'late': <Clock3 />, 'given-up': <CircleSlash />, 'failed': <X /> } as const

/** What was tried to reach whom, by peer. Nothing moves while the pointer is over it. */
export function Attempts({ attempts }: { attempts: readonly Attempt[] }): ReactNode {
  const { t } = useTranslation()
  const [held, setHeld] = useState<readonly Attempt[] | null>(null)
  const [all, setAll] = useState(false)
  const groups = groupAttempts(held ?? attempts)
  const hidden = all ? 0 : Math.max(0, groups.length - PEERS_SHOWN)
  return (
    <div className={css.groups} onPointerEnter={() => setHeld(attempts)} onPointerLeave={() => setHeld(null)}>
      <ul className={css.groups}>
        {groups.slice(0, groups.length - hidden).map((group) => (
          <Group key={group.peerId} group={group} />
        ))}
      </ul>
      {hidden > 0 && (
        <div>
          <Button size="small" onClick={() => setAll(true)}>
            {t('reach.attempts.morePeers', { count: hidden })}
          </Button>
        </div>
      )}
    </div>
  )
}

function Group({ group: { peerId, attempts, won, lastMs } }: { group: AttemptGroup }): ReactNode {
  const { t } = useTranslation()
  const { name, peer } = useDeviceName(peerId)
  const route = peer?.state === 'connected' ? peer.route : null
  const came = won === null ? t('reach.attempts.notReached') : t('reach.attempts.reached', { took: tookText(t, won) })
  return (
    <li className={css.group}>
      <h3 className={css.head}>
        <bdi className={css.name}>{peer !== null ? <Link href={paths.peer(peerId)}>{name}</Link> : name}</bdi>
        <span className={css.sum}>
          {route === null ? `${came} · ` : `${t('reach.attempts.connected', { route: t(`route.${route}`) })} `}
          <Time atMs={lastMs} form="ago" />
        </span>
      </h3>
      <AttemptRows attempts={attempts} />
    </li>
  )
}

/** Attempts one under another, the newest first. */
export function AttemptRows({ attempts }: { attempts: readonly Attempt[] }): ReactNode {
  const { t } = useTranslation()
  const [all, setAll] = useState(false)
  const hidden = all ? 0 : Math.max(0, attempts.length - ROWS_SHOWN)
  return (
    <>
      <ul className={css.rows}>
        {attempts.slice(0, attempts.length - hidden).map((attempt) => (
          <Row key={`${attempt.atMs} ${attempt.address} ${attempt.outcome}`} attempt={attempt} />
        ))}
      </ul>
      {hidden > 0 && (
        <div>
          <Button size="small" tone="quiet" onClick={() => setAll(true)}>
            {t('reach.attempts.moreRows', { count: hidden })}
          </Button>
        </div>
      )}
    </>
  )
}

function Row({ attempt }: { attempt: Attempt }): ReactNode {
  const { t } = useTranslation()
  const { address, outcome, transport, why } = attempt
  return (
    <li className={css.row} data-outcome={outcome}>
      <span className={css.outcome}>
        {icons[outcome]}
        {t(`reach.attempts.outcome.${outcome}`)}
      </span>
      <span className={css.transport}>{t(`transport.${transport}`)}</span>
      <span className={css.address}>
        <Address value={address} />
      </span>
      <span className={css.took}>{tookText(t, attempt)}</span>
      {why !== null && <span className={css.why}>{why}</span>}
    </li>
  )
}
