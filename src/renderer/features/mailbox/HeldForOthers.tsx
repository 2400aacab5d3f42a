import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { HeldMail } from '../../../shared/model/mailbox.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { paths } from '../../nav/paths.ts'
import listed from '../../ui/Listed.module.css'
import { sizeText } from '../../ui/amounts.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Section } from '../../ui/Section.tsx'
import { Time } from '../../ui/Time.tsx'
import { useWho } from '../contacts/use-who.ts'
import css from './Mailbox.module.css'
import { mailboxStore } from './store.ts'

/** What this device holds for others, of which it knows how much and since when. */
export function HeldForOthers(): ReactNode {
  const { t } = useTranslation()
  const held = mailboxStore.use(({ state }) => state.held)
  const [dropping, setDropping] = useState<HeldMail | null>(null)
  return (
    <Section title={t('mailbox.held.title')} note={t('mailbox.held.note')}>
      {held.length === 0 ? (
        <p className={css.soft}>{t('mailbox.held.emptyText')}</p>
      ) : (
        <ul className={listed.list} aria-label={t('mailbox.held.title')}>
          {held.map((mail) => (
            <li key={mail.account}>
              <Held mail={mail} onDrop={() => setDropping(mail)} />
            </li>
          ))}
        </ul>
      )}
      {dropping !== null && <DropDialog mail={dropping} onClose={() => setDropping(null)} />}
    </Section>
  )
}

function Held({ mail: { account, letters, bytes, oldestMs }, onDrop }: { mail: HeldMail; onDrop: () => void }): ReactNode {
  const { t } = useTranslation()
  const { name } = useWho(account)
  return (
    <div className={listed.item}>
      <Avatar of={account} />
      <div className={css.words}>
        <h3 className={listed.name}>
          <bdi>{name}</bdi>
        </h3>
        <p className={listed.line}>
          <span>{t('mailbox.held.letters', { count: letters })}</span>
          <span>{sizeText(bytes)}</span>
          {oldestMs !== null && (
            <span>
              {t('mailbox.held.oldest')} <Time form="ago" atMs={oldestMs} />
            </span>
          )}
        </p>
      </div>
      <Button size="small" tone="quiet" aria-label={t('mailbox.held.dropOf', { name })} onClick={onDrop}>
        {t('mailbox.held.drop')}
      </Button>
    </div>
  )
}

function DropDialog({ mail: { account, letters }, onClose }: { mail: HeldMail; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { name } = useWho(account)
  const drop = useCall(async () => {
    await client.mailbox.drop({ account })
    onClose()
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('mailbox.held.dropTitle', { name })}
      closeLabel={t('close')}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button tone="danger" busy={drop.busy} onClick={() => void drop.run()}>
            {t('mailbox.held.drop')}
          </Button>
        </>
      }
    >
      <div className={css.body}>
        <p>{t('mailbox.held.dropText', { count: letters })}</p>
        <p className={css.soft}>
          {t('mailbox.held.rules')} <Link href={paths.doorSection('rules')}>{t('mailbox.held.toRules')}</Link>
        </p>
        {drop.failure !== null && <FailureNote failure={drop.failure} onDismiss={drop.dismiss} />}
      </div>
    </Dialog>
  )
}
