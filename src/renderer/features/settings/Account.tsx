import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Me } from '../../../shared/model/identity.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { useDialogs } from '../../nav/dialogs.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'
import { Key } from '../../ui/Key.tsx'
import { Facts, Section } from '../../ui/Section.tsx'
import { fullWhen } from '../../ui/when.ts'
import { useMe } from '../identity/store.ts'
import { LedgerName } from '../names/LedgerName.tsx'
import { useOwnedNames } from '../names/use-owned.ts'
import css from './Settings.module.css'

/** Who you are here: your name, your keys, and the words that bring them back. */
export function Account(): ReactNode {
  const { t } = useTranslation()
  const me = useMe()
  const names = useOwnedNames(me?.account ?? null)
  const show = useDialogs((dialogs) => dialogs.show)
  if (me === null) return null

  return (
    <>
      {me.keyProtection === 'plain-text' && (
        <Banner tone="warning" title={t('settings.account.plainTitle')} text={t('settings.account.plainText')} />
      )}
      <Section title={t('settings.account.you')} note={t('settings.account.youNote')}>
        <div className={css.me}>
          <Avatar of={me.account} size={56} />
          <div className={css.meWords}>
            <Rename key={me.name} me={me} />
          </div>
        </div>
        <Facts
          facts={[
            { name: t('settings.account.key'), value: <Key value={me.account} label={t('key.account')} /> },
            ...(names.length === 0 ? [] : [{ name: t('person.ledgerNames'), value: <LedgerName account={me.account} all /> }]),
            { name: t('settings.account.created'), value: fullWhen(me.createdMs) },
          ]}
        />
      </Section>
      <Section
        title={t('settings.account.phrase')}
        note={t('settings.account.phraseNote')}
        action={<Button onClick={() => show('phrase')}>{t('settings.account.phraseShow')}</Button>}
      >
        <p>{t(`settings.account.phraseState.${me.phrase}`)}</p>
      </Section>
      <Section title={t('settings.account.device')}>
        <Facts
          facts={[
            { name: t('settings.account.label'), value: me.deviceLabel },
            { name: t('settings.account.peerId'), value: <Key value={me.peerId} label={t('key.peer')} /> },
            { name: t('settings.account.keys'), value: t(`settings.account.protection.${me.keyProtection}`) },
          ]}
        />
      </Section>
    </>
  )
}

function Rename({ me }: { me: Me }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [name, setName] = useState(me.name)
  const rename = useCall((chosen: string) => client.identity.rename({ name: chosen }))
  const changed = name.trim() !== '' && name.trim() !== me.name
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (changed) void rename.run(name.trim())
      }}
    >
      <div className={css.rename}>
        <TextField
          label={t('settings.account.name')}
          value={name}
          maxLength={64}
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" busy={rename.busy} disabled={!changed}>
          {t('settings.account.rename')}
        </Button>
      </div>
      {rename.failure !== null && <FailureNote failure={rename.failure} onDismiss={rename.dismiss} />}
    </form>
  )
}
