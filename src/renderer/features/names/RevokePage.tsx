import { Check, Copy, Download } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Revocation } from '../../../shared/model/names.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { download } from '../../ui/download.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { useCopy } from '../../ui/Key.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'
import { Page, Section } from '../../ui/Section.tsx'
import { useMe } from '../identity/store.ts'
import { ConfirmDialog } from './ConfirmDialog.tsx'
import css from './NamePage.module.css'
import type { Back } from './Names.tsx'
import { Refusal } from './Refusal.tsx'
import { revocationFile } from './revocation-file.ts'
import { useMyNames } from './use-my-names.ts'
import { UseRevocation } from './UseRevocation.tsx'
import { useSubmit } from './use-submit.ts'

/** For the day on which somebody else has the key: a file made in time, and the end of the account itself. */
export function RevokePage({ back }: { back: Back }): ReactNode {
  const { t } = useTranslation()
  return (
    <>
      <PaneHeader title={t('names.revoke.title')} back={back} />
      <Page>
        <MakeFile />
        <UseRevocation />
        <EndNow />
      </Page>
    </>
  )
}

function MakeFile(): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [made, setMade] = useState<Revocation | null>(null)
  const make = useCall(async () => setMade(await client.names.revocation()))
  return (
    <Section title={t('names.revoke.fileTitle')} note={t('names.revoke.fileText')}>
      <ul className={css.points}>
        <li>{t('names.revoke.filePoints.now')}</li>
        <li>{t('names.revoke.filePoints.who')}</li>
        <li>{t('names.revoke.filePoints.once')}</li>
        <li>{t('names.revoke.filePoints.use')}</li>
      </ul>
      {make.failure !== null && <FailureNote failure={make.failure} onDismiss={make.dismiss} />}
      {made === null ? (
        <p>
          <Button busy={make.busy} onClick={() => void make.run()}>
            {t('names.revoke.make')}
          </Button>
        </p>
      ) : (
        <Made revocation={made} />
      )}
    </Section>
  )
}

function Made({ revocation }: { revocation: Revocation }): ReactNode {
  const { t } = useTranslation()
  const me = useMe()
  const [copied, copy] = useCopy(revocation.entry)
  const save = (): void => {
    if (me === null) return
    const { name, text } = revocationFile(me, revocation, Date.now())
    download(name, 'text/plain', [text])
  }
  return (
    <div className={css.form}>
      <Banner
        title={t('names.revoke.made')}
        text={t('names.revoke.would', { count: revocation.names.length, names: revocation.names.join(', ') })}
      />
      <p className={css.line}>
        <Button tone="primary" icon={<Download />} onClick={save}>
          {t('names.revoke.save')}
        </Button>
        <Button icon={copied ? <Check /> : <Copy />} onClick={copy}>
          {copied ? t('copied') : t('names.revoke.copy')}
        </Button>
      </p>
    </div>
  )
}

function EndNow(): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const me = useMe()
  const { owned } = useMyNames()
  const [isAsking, setIsAsking] = useState(false)
  const submit = useSubmit(async () => client.ledger.submit({ entry: (await client.names.revocation()).entry }))
  // With a name of the ledger, that is what is lost; without one, the account's own.
  const word = owned[0]?.fullName ?? me?.name ?? ''
  const names = owned.map(({ fullName }) => fullName)
  return (
    <Section
      title={t('names.revoke.nowTitle')}
      note={t('names.revoke.nowText')}
      action={
        <Button tone="danger" disabled={submit.said?.outcome === 'taken'} onClick={() => setIsAsking(true)}>
          {t('names.revoke.now')}
        </Button>
      }
    >
      <output className={css.soft}>{submit.said?.outcome === 'taken' ? t('names.revoke.done') : ''}</output>
      {!isAsking && <Refusal of={submit} />}
      {isAsking && (
        <ConfirmDialog
          title={t('names.revoke.sure')}
          points={[t('names.revoke.would', { count: names.length, names: names.join(', ') }), t('names.releaseDialog.points.final')]}
          word={word}
          keep={t('names.revoke.keep')}
          go={t('names.revoke.go')}
          busy={submit.busy}
          onClose={() => setIsAsking(false)}
          onGo={() => void submit.run().then(() => setIsAsking(false))}
        />
      )}
    </Section>
  )
}
