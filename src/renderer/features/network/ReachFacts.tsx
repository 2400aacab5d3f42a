import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Connectivity } from '../../../shared/model/reach.ts'
import { Address, Addresses } from '../../ui/Address.tsx'
import { Facts } from '../../ui/Section.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './Network.module.css'

/** The router, the address that others see, the port it gave, and where this device listens. */
export function ReachFacts({ connectivity: { nat, upnp }, listening }: ReachFactsProps): ReactNode {
  const { t } = useTranslation()
  return (
    <Facts
      facts={[
        {
          name: t('reach.nat'),
          value: (
            <>
              <p>{t(`reach.natKind.${nat.kind}`)}</p>
              {nat.kind !== 'unknown' && <p className={css.soft}>{t(`reach.natMeans.${nat.kind}`)}</p>}
              <p className={css.small}>
                {nat.why}
                {nat.checkedMs !== null && (
                  <>
                    {' '}
                    {t('reach.checked')} <Time atMs={nat.checkedMs} form="ago" />.
                  </>
                )}
              </p>
            </>
          ),
        },
        {
          name: t('reach.seenAs'),
          value: nat.seenAs === null ? t('reach.seenAsNothing') : <Address value={nat.seenAs} />,
        },
        {
          name: t('reach.upnp'),
          value: (
            <>
              <p>{t(`reach.upnpState.${upnp.state}`)}</p>
              {upnp.address !== null && <Address value={upnp.address} />}
            </>
          ),
        },
        {
          name: t('reach.addresses'),
          value: listening.length === 0 ? t('reach.noAddress') : <Addresses values={listening} />,
        },
      ]}
    />
  )
}

interface ReachFactsProps {
  connectivity: Connectivity
  listening: readonly string[]
}
