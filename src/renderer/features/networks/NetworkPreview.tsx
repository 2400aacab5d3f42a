import { Network as NetworkIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { NetworkPreview as Preview } from '../../../shared/model/networks.ts'
import { Key } from '../../ui/Key.tsx'
import { Facts } from '../../ui/Section.tsx'
import { fullDate } from '../../ui/when.ts'
import css from './Dialogs.module.css'
import { spanText } from './wording.ts'

/** More names than these tell nobody more. */
const VALIDATORS_SHOWN = 6

/** What a link says of a network. Its name is that of whoever made the link. */
export function NetworkPreview({ preview }: { preview: Preview }): ReactNode {
  const { t } = useTranslation()
  const { id, label, tld, validators, faults, slotMs, roundMs, startMs, known } = preview
  const more = validators.length - VALIDATORS_SHOWN
  const names = validators.slice(0, VALIDATORS_SHOWN).map(({ label, mine }) => (mine ? t('you') : label))
  if (more > 0) names.push(t('networks.facts.moreValidators', { count: more }))
  return (
    <div className={css.preview}>
      <p className={css.head}>
        <NetworkIcon aria-hidden="true" />
        <bdi className={css.name}>{label}</bdi>
      </p>
      <p className={css.soft}>{known ? t('networks.joining.knownAlready') : t('networks.joining.what')}</p>
      <Facts
        facts={[
          { name: t('networks.facts.validators'), value: <bdi>{names.join(', ')}</bdi> },
          {
            name: t('networks.facts.faults'),
            value:
              faults === 0
                ? t('networks.facts.none')
                : t('networks.facts.faultsValue', { faults, count: validators.length }),
          },
          { name: t('networks.facts.round'), value: spanText(roundMs) },
          { name: t('networks.facts.slot'), value: spanText(slotMs) },
          { name: t('networks.facts.names'), value: `.${tld}` },
          { name: t('networks.facts.made'), value: fullDate(startMs) },
          { name: t('networks.facts.id'), value: <Key value={id} label={t('networks.facts.key')} /> },
        ]}
      />
    </div>
  )
}
