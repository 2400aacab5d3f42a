import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { MiB } from '../../../shared/units.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Facts, Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { withTenth } from '../../ui/amounts.ts'
import { fullWhen } from '../../ui/when.ts'
import { useStatus } from '../node/use-status.ts'
import css from './Settings.module.css'
import { UpdatesSection } from './Updates.tsx'

/** The running node, where it keeps things, and what is not as it should be. */
export function About(): ReactNode {
  const { t } = useTranslation()
  const status = useStatus()
  if (status === null) return <Skeleton label={t('settings.section.about')} rows={4} />

  return (
    <>
      {status.warnings.length > 0 && (
        <Section title={t('settings.about.warnings')}>
          <div className={css.warnings}>
            {status.warnings.map((warning) => (
              <Banner key={warning} tone="warning" title={warning} />
            ))}
          </div>
        </Section>
      )}
      <UpdatesSection />
      <Section title={t('settings.about.folder')} note={t('settings.about.folderNote')}>
        <p className={css.secret}>{status.dataFolder}</p>
      </Section>
      <Section title={t('settings.about.node')}>
        <Facts
          facts={[
            { name: t('settings.about.version'), value: status.version },
            { name: t('settings.about.host'), value: t(`settings.about.hosts.${status.host}`) },
            { name: t('settings.about.started'), value: fullWhen(status.startedMs) },
            {
              name: t('settings.about.memory'),
              value: t('settings.about.megabytes', { count: Math.round(status.rssBytes / MiB) }),
            },
            {
              name: t('settings.about.delay'),
              value: t('settings.about.delayValue', { ms: withTenth(status.loopDelayP99Ms) }),
            },
            { name: t('settings.about.noise'), value: t(`settings.about.noises.${status.noise}`) },
          ]}
        />
      </Section>
    </>
  )
}
