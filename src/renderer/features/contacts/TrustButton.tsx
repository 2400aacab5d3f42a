import { ScanLine, Shield, ShieldAlert, ShieldCheck } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Person } from '../../../shared/model/contacts.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { cx } from '../../ui/cx.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Key } from '../../ui/Key.tsx'
import { Popover } from '../../ui/Popover.tsx'
import { SafetyWords } from '../../ui/SafetyWords.tsx'
import css from './TrustButton.module.css'
import { VerifyDialog } from './VerifyDialog.tsx'

const icons = { verified: <ShieldCheck />, unverified: <Shield />, changed: <ShieldAlert />, revoked: <ShieldAlert /> } as const

/** How sure it is that this is them; on a click the safety words, and what to do with them. */
export function TrustButton({ person, name }: { person: Person; name: string }): ReactNode {
  const { t } = useTranslation()
  const [isOpen, setOpen] = useState(false)
  const [isInFull, setInFull] = useState(false)
  return (
    <>
      <Popover
        open={isOpen}
        onOpenChange={setOpen}
        title={t('contacts.safety.title', { name })}
        align="end"
        trigger={
          <button type="button" className={cx(css.trust, css[person.trust])}>
            {icons[person.trust]}
            <span>{t(`contacts.trust.${person.trust}`)}</span>
          </button>
        }
      >
        <Comparison
          person={person}
          name={name}
          onInFull={() => {
            setOpen(false)
            setInFull(true)
          }}
        />
      </Popover>
      {isInFull && <VerifyDialog person={person} name={name} onClose={() => setInFull(false)} />}
    </>
  )
}

function Comparison({ person, name, onInFull }: { person: Person; name: string; onInFull: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const verify = useCall((verified: boolean) => client.contacts.verify({ account: person.account, verified }))
  const title = t('contacts.safety.title', { name })
  const verified = person.trust === 'verified'
  return (
    <div className={css.comparison}>
      <h2 className={css.title}>{title}</h2>
      {person.trust === 'changed' && <p className={css.warning}>{t('contacts.safety.changed')}</p>}
      {person.trust === 'revoked' && <p className={css.warning}>{t('contacts.revoked.text')}</p>}
      {person.safetyWords.length === 0 ? (
        <p className={css.how}>{t('contacts.safety.none')}</p>
      ) : (
        <>
          <SafetyWords words={person.safetyWords} label={title} />
          <Button size="small" icon={<ScanLine />} onClick={onInFull}>
            {t('contacts.verify.open')}
          </Button>
          <p className={css.how}>{verified ? t('contacts.safety.verified') : t('contacts.safety.how')}</p>
        </>
      )}
      {verify.failure !== null && <FailureNote failure={verify.failure} />}
      <div className={css.foot}>
        <Key value={person.account} label={t('key.account')} />
        {person.safetyWords.length > 0 && person.trust !== 'revoked' && (
          <Button
            size="small"
            tone={verified ? 'quiet' : 'plain'}
            busy={verify.busy}
            onClick={() => void verify.run(!verified)}
          >
            {verified ? t('contacts.safety.takeBack') : t('contacts.safety.match')}
          </Button>
        )}
      </div>
    </div>
  )
}
