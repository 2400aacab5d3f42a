import { AppWindow, AtSign, Compass, Download, Globe, KeyRound, Maximize, Network } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Asked, Shield } from '../../../shared/model/browse.ts'
import { Time } from '../../ui/Time.tsx'
import { VerdictIcon } from '../../ui/VerdictIcon.tsx'
import css from './ShieldPanel.module.css'

const icons = {
  site: AtSign,
  outside: Globe,
  local: Network,
  permission: KeyRound,
  window: AppWindow,
  download: Download,
  fullscreen: Maximize,
  navigation: Compass,
} as const

const verdicts = { allowed: 'allow', denied: 'deny', waiting: 'ask' } as const

/** What the page asked for beyond its own site, and what became of each. */
export function AskedList({ shield: { asked, allowedCount, deniedCount } }: { shield: Shield }): ReactNode {
  const { t } = useTranslation()
  const counts = [
    allowedCount > 0 && t('browsePages.shield.allowed', { count: allowedCount }),
    deniedCount > 0 && t('browsePages.shield.denied', { count: deniedCount }),
  ].filter(Boolean)
  return (
    <section className={css.part}>
      <div className={css.askedHead}>
        <h3 className={css.title}>{t('browsePages.shield.asked')}</h3>
        <span className={css.soft}>{counts.join(' · ')}</span>
      </div>
      {asked.length === 0 ? (
        <p className={css.soft}>{t('browsePages.shield.askedNone')}</p>
      ) : (
        <ul className={css.asked}>
          {asked.map((one) => (
            <Line key={`${one.kind} ${one.what} ${one.outcome}`} asked={one} />
          ))}
        </ul>
      )}
    </section>
  )
}

function Line({ asked: { kind, what, outcome, count, lastMs } }: { asked: Asked }): ReactNode {
  const { t } = useTranslation()
  const Icon = icons[kind]
  return (
    <li className={css.line}>
      <Icon className={css.kind} aria-hidden="true" />
      <span className={css.what}>
        <bdi className={css.whatText}>{what}</bdi>
        <span className={css.soft}>
          {t(`browsePages.shield.kind.${kind}`)}
          {count > 1 && ` · ${t('browsePages.shield.times', { count })}`} · <Time atMs={lastMs} />
        </span>
      </span>
      <span className={css.outcome}>
        <VerdictIcon verdict={verdicts[outcome]} />
        {t(`browsePages.shield.outcome.${outcome}`)}
      </span>
    </li>
  )
}
