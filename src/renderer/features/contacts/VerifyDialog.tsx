import { ScanLine, ShieldAlert, ShieldCheck } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Person } from '../../../shared/model/contacts.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { QrCode } from '../../ui/QrCode.tsx'
import { SafetyWords } from '../../ui/SafetyWords.tsx'
import { SegmentedControl } from '../../ui/SegmentedControl.tsx'
import { CodePicture, CodeScanner } from '../devices/CodeScanner.tsx'
import { useMe } from '../identity/store.ts'
import css from './VerifyDialog.module.css'
import { compared, verifyCode } from './verify-code.ts'

export interface VerifyDialogProps {
  person: Person
  name: string
  onClose: () => void
}

/** Whether somebody is who they say: six words read to each other, or a code that each camera reads off the other's screen. */
export function VerifyDialog({ person, name, onClose }: VerifyDialogProps): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [way, setWay] = useState<'words' | 'code'>('words')
  const [differs, setDiffers] = useState(false)
  const verify = useCall((verified: boolean) => client.contacts.verify({ account: person.account, verified }))
  const isVerified = person.trust === 'verified'
  const say = (same: boolean): void => {
    setDiffers(!same)
    // What was compared before and is different now is verified no more.
    if (same || isVerified) void verify.run(same)
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('contacts.verify.title', { name })}
      closeLabel={t('close')}
      footer={<Foot way={way} isVerified={isVerified} busy={verify.busy} onSay={say} onClose={onClose} />}
    >
      <div className={css.body}>
        {person.trust === 'changed' && <Banner tone="error" title={t('contacts.changed.title', { name })} text={t('contacts.safety.changed')} />}
        {isVerified && !differs && (
          <output className={css.verified}>
            <ShieldCheck aria-hidden="true" />
            {t('contacts.verify.done', { name })}
          </output>
        )}
        {differs && <Banner tone="error" title={t('contacts.verify.differ', { name })} text={t('contacts.verify.differText')} />}
        <SegmentedControl
          label={t('contacts.verify.how')}
          value={way}
          options={[
            { value: 'words', label: t('contacts.verify.words') },
            { value: 'code', label: t('contacts.verify.code') },
          ]}
          onChange={setWay}
        />
        {way === 'words' ? (
          <>
            <p>{t('contacts.verify.wordsText', { name })}</p>
            <div className={css.words}>
              <SafetyWords words={person.safetyWords} label={t('contacts.safety.title', { name })} />
            </div>
          </>
        ) : (
          <Codes person={person} name={name} onCompared={say} />
        )}
        {verify.failure !== null && <FailureNote failure={verify.failure} onDismiss={verify.dismiss} />}
      </div>
    </Dialog>
  )
}

interface FootProps {
  way: 'words' | 'code'
  isVerified: boolean
  busy: boolean
  onSay: (same: boolean) => void
  onClose: () => void
}

function Foot({ way, isVerified, busy, onSay, onClose }: FootProps): ReactNode {
  const { t } = useTranslation()
  if (isVerified || way === 'code') {
    return (
      <Button tone={isVerified ? 'primary' : 'plain'} onClick={onClose}>
        {isVerified ? t('contacts.verify.finish') : t('close')}
      </Button>
    )
  }
  return (
    <>
      <Button icon={<ShieldAlert />} busy={busy} onClick={() => onSay(false)}>
        {t('contacts.verify.notSame')}
      </Button>
      <Button tone="primary" busy={busy} onClick={() => onSay(true)}>
        {t('contacts.verify.same')}
      </Button>
    </>
  )
}

/** Ours for their camera, and theirs for ours. */
function Codes({ person, name, onCompared }: { person: Person; name: string; onCompared: (same: boolean) => void }): ReactNode {
  const { t } = useTranslation()
  const me = useMe()
  const [isScanning, setScanning] = useState(false)
  if (me === null) return null
  const accept = (text: string): boolean => {
    const outcome = compared(text, me.account, person.account)
    if (outcome === 'no-code') return false
    setScanning(false)
    onCompared(outcome === 'same')
    return true
  }
  return (
    <>
      <p>{t('contacts.verify.codeText', { name })}</p>
      {isScanning ? (
        <CodeScanner accept={accept} />
      ) : (
        <figure className={css.code}>
          <QrCode text={verifyCode(me.account, person.account)} label={t('contacts.verify.qr', { name })} />
          <figcaption className={css.soft}>{t('contacts.verify.show', { name })}</figcaption>
        </figure>
      )}
      <div className={css.buttons}>
        <Button icon={<ScanLine />} onClick={() => setScanning(!isScanning)}>
          {isScanning ? t('contacts.verify.mine') : t('contacts.verify.scan', { name })}
        </Button>
        <CodePicture accept={accept} />
      </div>
    </>
  )
}
