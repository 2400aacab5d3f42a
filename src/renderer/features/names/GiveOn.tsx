import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { NameLabel, NameOnLedger } from '../../../shared/model/ledger.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { Key } from '../../ui/Key.tsx'
import { Section } from '../../ui/Section.tsx'
import css from './NamePage.module.css'
import { OfferDialog } from './OfferDialog.tsx'
import { Refusal } from './Refusal.tsx'
import { useNameWords } from './use-name-words.ts'
import { useSubmit } from './use-submit.ts'

/** Offers the name to somebody, or says to whom it is offered. */
export function GiveOn({ name, fullName, onLedger }: { name: NameLabel; fullName: string; onLedger: NameOnLedger }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { who } = useNameWords()
  const [isOpen, setIsOpen] = useState(false)
  const [isSent, setIsSent] = useState(false)
  const back = useSubmit(() => client.names.transfer({ name, to: onLedger.owner }))
  const { offeredTo, owner, phase } = onLedger
  const isOffered = offeredTo !== null && offeredTo !== owner
  // The ledger says it by now.
  if (isOffered && isSent) setIsSent(false)
  return (
    <Section
      title={t('names.name.given.title')}
      {...(isOffered
        ? {}
        : {
            note: t('names.name.given.note'),
            action: (
              <Button disabled={isSent || phase === 'grace' || phase === 'free'} onClick={() => setIsOpen(true)}>
                {t('names.name.given.go')}
              </Button>
            ),
          })}
    >
      {isOffered && (
        <div className={css.line}>
          <Avatar of={offeredTo} />
          <div className={css.words}>
            <p>
              <bdi>{t('names.name.given.offered', { who: who(offeredTo) })}</bdi>
            </p>
            <Key value={offeredTo} label={t('key.account')} />
          </div>
          <Button busy={back.busy} disabled={back.said?.outcome === 'taken'} onClick={() => void back.run()}>
            {t('names.name.given.back')}
          </Button>
        </div>
      )}
      <output className={css.soft}>
        {isOffered && back.said?.outcome === 'taken'
          ? t('names.name.given.backWaiting')
          : isSent
            ? t('names.name.given.waiting')
            : ''}
      </output>
      <Refusal of={back} />
      {isOpen && (
        <OfferDialog
          name={name}
          fullName={fullName}
          onClose={() => setIsOpen(false)}
          onSent={() => {
            setIsSent(true)
            setIsOpen(false)
          }}
        />
      )}
    </Section>
  )
}
