import { Server } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { IntroducerCard } from '../../../shared/model/reach.ts'
import { Addresses } from '../../ui/Address.tsx'
import { Key } from '../../ui/Key.tsx'
import { Facts } from '../../ui/Section.tsx'
import { fullWhen } from '../../ui/when.ts'
import css from './IntroducerPreview.module.css'
import { useIntroducer } from './store.ts'

/** What a link to an introducer says, once its signature held. Its name is its own word. */
export function IntroducerPreview({ card }: { card: IntroducerCard }): ReactNode {
  const { t } = useTranslation()
  const known = useIntroducer(card.peerId)
  return (
    <div className={css.card}>
      <p className={css.head}>
        <Server aria-hidden="true" />
        <bdi className={css.name}>{card.name}</bdi>
      </p>
      <p className={css.soft}>{known === null ? t('reach.add.what') : t('reach.add.known')}</p>
      <Facts
        facts={[
          { name: t('reach.add.key'), value: <Key value={card.peerId} label={t('key.peer')} /> },
          {
            name: t('reach.add.addresses'),
            value: card.addresses.length === 0 ? t('reach.add.noAddress') : <Addresses values={card.addresses} />,
          },
          { name: t('reach.add.until'), value: fullWhen(card.expiresMs) },
        ]}
      />
    </div>
  )
}
