import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { MiB } from '../../../shared/units.ts'
import { Button } from '../../ui/Button.tsx'
import { useCopy } from '../../ui/Key.tsx'
import { Lamp } from '../../ui/Lamp.tsx'
import { PaneHeader, type PaneHeaderProps } from '../../ui/Panes.tsx'
import { Facts, Page, Section } from '../../ui/Section.tsx'
import { useStatus } from '../node/use-status.ts'
import { peersStore } from '../peers/store.ts'
import css from './Network.module.css'

/** How this device can be reached and why, where it listens, and what it costs right now. */
export function ThisDevice({ back }: { back: NonNullable<PaneHeaderProps['back']> }): ReactNode {
  const { t } = useTranslation()
  const status = useStatus()
  const { lamp, why, listening } = peersStore.use(({ state }) => state.reachability)
  const name = t(`frame.lamp.${lamp}`)
  const [copied, copy] = useCopy([name, ...why, ...listening].join('\n'))

  return (
    <>
      <PaneHeader title={t('network.device')} back={back} />
      <Page>
        <Section
          title={t('network.reach')}
          action={<Button onClick={copy}>{copied ? t('copied') : t('network.copy')}</Button>}
        >
          <p className={css.lamp}>
            <Lamp lamp={lamp} size={24} />
            {name}
          </p>
          <ul className={css.reasons}>
            {why.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        </Section>
        <Section title={t('network.listening')}>
          {listening.length === 0 ? (
            <p>{t('network.noAddress')}</p>
          ) : (
            <ul className={css.addresses}>
              {listening.map((address) => (
                <li key={address}>{address}</li>
              ))}
            </ul>
          )}
        </Section>
        {status !== null && (
          <Section title={t('network.figures')}>
            <Facts
              facts={[
                { name: t('network.connections'), value: status.connections },
                { name: t('network.memory'), value: t('network.megabytes', { count: Math.round(status.rssBytes / MiB) }) },
                { name: t('network.delay'), value: t('network.delayValue', { ms: status.loopDelayP99Ms.toFixed(1) }) },
                { name: t('network.noise'), value: t(`network.noises.${status.noise}`) },
              ]}
            />
          </Section>
        )}
      </Page>
    </>
  )
}
