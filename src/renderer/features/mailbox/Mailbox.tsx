import { Ellipsis, MailX, RotateCw, Server, Mails } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { MailHolder } from '../../../shared/model/mailbox.ts'
import { nameOf } from '../../../shared/model/contacts.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { failureOf, type Failure } from '../../bridge/failure.ts'
import { useCall } from '../../bridge/use-call.ts'
import listed from '../../ui/Listed.module.css'
import { sizeText } from '../../ui/amounts.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { shortKey } from '../../ui/Key.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { Progress } from '../../ui/Progress.tsx'
import { Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { Time } from '../../ui/Time.tsx'
import { withLocalTimes } from '../../ui/when.ts'
import { usePerson } from '../contacts/store.ts'
import { useIntroducerName } from '../reach/store.ts'
import { AskDialog } from './AskDialog.tsx'
import { HeldForOthers } from './HeldForOthers.tsx'
import css from './Mailbox.module.css'
import { mailboxStore } from './store.ts'

/** Who keeps mail for this account while its devices are away, and for whom this device does. */
export function Mailbox(): ReactNode {
  const { t } = useTranslation()
  const isLoading = mailboxStore.use(({ freshness }) => freshness === 'loading')
  if (isLoading) return <Skeleton label={t('mailbox.loading')} rows={3} />
  return (
    <>
      <Holders />
      <HeldForOthers />
    </>
  )
}

function Holders(): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const holders = mailboxStore.use(({ state }) => state.holders)
  const [isAsking, setAsking] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const collect = useCall(() => client.mailbox.collect())
  const [came, setCame] = useState<number | null>(null)
  const onCollect = async (): Promise<void> => {
    setCame(null)
    const collected = await collect.run()
    if (collected !== null) setCame(collected.letters)
  }
  const ask = (tone: 'primary' | 'plain'): ReactNode => (
    <Button tone={tone} onClick={() => setAsking(true)}>
      {t('mailbox.ask')}
    </Button>
  )
  return (
    <Section title={t('mailbox.title')} note={t('mailbox.note')} action={holders.length > 0 && ask('plain')}>
      {failure !== null && <FailureNote failure={failure} onDismiss={() => setFailure(null)} />}
      {holders.length === 0 ? (
        <EmptyState icon={<Mails />} heading="h2" title={t('mailbox.emptyTitle')} text={t('mailbox.emptyText')} action={ask('primary')} />
      ) : (
        <>
          <ul className={listed.list} aria-label={t('mailbox.title')}>
            {holders.map((holder) => (
              <li key={holder.peerId}>
                <Holder holder={holder} onFailure={(error) => setFailure(failureOf(error))} />
              </li>
            ))}
          </ul>
          <div className={css.buttons}>
            <Button busy={collect.busy} onClick={() => void onCollect()}>
              {t('mailbox.collect')}
            </Button>
            <output className={css.soft}>{came === null ? '' : t('mailbox.collected', { count: came })}</output>
          </div>
          {collect.failure !== null && <FailureNote failure={collect.failure} onDismiss={collect.dismiss} />}
        </>
      )}
      {isAsking && <AskDialog onClose={() => setAsking(false)} />}
    </Section>
  )
}

function useHolderName({ account, peerId }: MailHolder): string {
  const person = usePerson(account)
  const introducer = useIntroducerName(peerId)
  if (account === null) return introducer ?? shortKey(peerId)
  return person === null ? shortKey(account) : nameOf(person)
}

function Holder({ holder, onFailure }: { holder: MailHolder; onFailure: (error: unknown) => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { peerId, account, kind, state, quotaBytes, usedBytes, checkedMs, why } = holder
  const name = useHolderName(holder)
  const room = t('mailbox.used', { used: sizeText(usedBytes), quota: sizeText(quotaBytes) })
  const canAskAgain = state === 'refused' || state === 'unreachable'
  return (
    <div className={listed.item}>
      {account === null ? (
        <span className={listed.sign} aria-hidden="true">
          <Server />
        </span>
      ) : (
        <Avatar of={account} />
      )}
      <div className={css.words}>
        <h3 className={listed.name}>
          <bdi>{name}</bdi>
        </h3>
        <p className={listed.line}>
          <span className={css[state]}>{t(`mailbox.state.${state}`)}</span>
          <span>{t(`mailbox.kind.${kind}`)}</span>
          {checkedMs !== null && (
            <span>
              {t('mailbox.checked')} <Time form="ago" atMs={checkedMs} />
            </span>
          )}
        </p>
        {why !== null && state !== 'held' && <p>{withLocalTimes(why)}</p>}
        {state === 'held' && quotaBytes > 0 && (
          <div className={css.room}>
            <Progress label={t('mailbox.usedLabel', { name })} text={room} value={usedBytes / quotaBytes} words={room} />
          </div>
        )}
      </div>
      <Menu
        trigger={<IconButton label={t('mailbox.more', { name })} icon={<Ellipsis />} />}
        groups={[
          canAskAgain
            ? [{ id: 'again', label: t('mailbox.again'), icon: <RotateCw />, onChoose: () => void client.mailbox.ask({ to: account ?? peerId }).catch(onFailure) }]
            : [],
          [
            {
              id: 'leave',
              label: t('mailbox.leave'),
              note: t('mailbox.leaveNote'),
              icon: <MailX />,
              tone: 'danger' as const,
              onChoose: () => void client.mailbox.leave({ peerId }).catch(onFailure),
            },
          ],
        ].filter((items) => items.length > 0)}
      />
    </div>
  )
}
