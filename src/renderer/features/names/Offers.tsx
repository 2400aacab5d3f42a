import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Submitted } from '../../../shared/model/blocks.ts'
import type { MyName } from '../../../shared/model/names.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { Disclosure } from '../../ui/Disclosure.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Key } from '../../ui/Key.tsx'
import { Section } from '../../ui/Section.tsx'
import { useIgnored } from './ignored.ts'
import css from './Offers.module.css'
import { useMyNames } from './use-my-names.ts'
import { useNameWords } from './use-name-words.ts'

/** Names that others give to this account, and those of which it wants to hear nothing. */
export function Offers(): ReactNode {
  const { t } = useTranslation()
  const { offered, ignored } = useMyNames()
  if (offered.length + ignored.length === 0) return null
  return (
    <Section title={t('names.offer.title')} {...(offered.length === 0 ? {} : { note: t('names.offer.text') })}>
      <ul className={css.offers}>
        {offered.map((one) => (
          <Offer key={one.name} offer={one} />
        ))}
      </ul>
      {ignored.length > 0 && (
        <Disclosure title={t('names.offer.ignored', { count: ignored.length })}>
          <ul className={css.offers}>
            {ignored.map((one) => (
              <Offer key={one.name} offer={one} isIgnored />
            ))}
          </ul>
        </Disclosure>
      )}
    </Section>
  )
}

function Offer({ offer, isIgnored = false }: { offer: MyName; isIgnored?: boolean }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { who } = useNameWords()
  const { ignore, show } = useIgnored()
  const [said, setSaid] = useState<Submitted | null>(null)
  const take = useCall(async () => setSaid(await client.names.take({ name: offer.name })))
  const { fullName: name, onLedger } = offer
  if (onLedger === null) return null
  return (
    <li className={css.offer}>
      <Avatar of={onLedger.owner} />
      <div className={css.words}>
        <p className={css.what}>
          <bdi>{t('names.offer.from', { who: who(onLedger.owner), name })}</bdi>
        </p>
        <Key value={onLedger.owner} label={t('key.account')} />
      </div>
      {said?.outcome === 'taken' ? (
        <output className={css.soft}>{t('names.offer.taken')}</output>
      ) : (
        <div className={css.buttons}>
          {isIgnored ? (
            <Button size="small" onClick={() => show(offer)}>
              {t('names.offer.show')}
            </Button>
          ) : (
            <Button size="small" tone="quiet" onClick={() => ignore(offer)}>
              {t('names.offer.ignore')}
            </Button>
          )}
          {!isIgnored && (
            <Button size="small" busy={take.busy} onClick={() => void take.run()}>
              {t('names.offer.take', { name })}
            </Button>
          )}
        </div>
      )}
      {(said?.outcome === 'refused' || take.failure !== null) && (
        <div className={css.wrong}>
          {said?.outcome === 'refused' && <Banner tone="error" title={t('names.name.refused')} text={said.why} />}
          {take.failure !== null && <FailureNote failure={take.failure} onDismiss={take.dismiss} />}
        </div>
      )}
    </li>
  )
}
