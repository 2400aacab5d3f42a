import { ScanLine } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { LinkCode, type Joining } from '../../../shared/model/devices.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextArea, TextField } from '../../ui/Field.tsx'
import { Progress } from '../../ui/Progress.tsx'
import { CodePicture, CodeScanner } from './CodeScanner.tsx'
import css from './Devices.module.css'
import { Outcome, ThreeWords } from './Outcome.tsx'
import { joiningStore } from './store.ts'

const LABEL_MAX_CHARACTERS = 64

/** What people paste has line breaks and spaces where it was broken on its way. */
export const codeOf = (text: string): string | null => LinkCode.safeParse(text.replace(/\s+/g, '')).data ?? null

/** A fresh device becomes one of an account that another device has: the code, the words, done. */
export function JoinDevice({ onBack }: { onBack: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const joining = joiningStore.use(({ state }) => state)
  const [code, setCode] = useState('')
  const [label, setLabel] = useState('')
  const join = useCall((text: string, called: string) => client.devices.join({ code: text, label: called }))
  const stop = useCall(() => client.devices.cancelJoin())
  const isUnderWay = joining.state !== 'idle' && joining.state !== 'failed'

  if (isUnderWay) {
    return (
      <div className={css.body} aria-busy={joining.state !== 'done'}>
        <UnderWay joining={joining} />
        {stop.failure !== null && <FailureNote failure={stop.failure} onDismiss={stop.dismiss} />}
        {joining.state !== 'done' && (
          <Button busy={stop.busy} onClick={() => void stop.run()}>
            {t('devices.join.stop')}
          </Button>
        )}
      </div>
    )
  }
  const read = codeOf(code)
  const submit = (): void => {
    if (read !== null && label.trim() !== '') void join.run(read, label.trim())
  }
  return (
    <form
      className={css.body}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      {joining.state === 'failed' && (
        <Outcome tone="bad" title={t('devices.join.failed')} text={[joining.why, t('devices.join.failedText')].filter(Boolean).join(' ')} />
      )}
      <TextArea
        className={css.mono}
        label={t('devices.join.code')}
        hint={t('devices.join.codeHint')}
        error={code.trim() !== '' && read === null ? t('devices.join.codeWrong') : null}
        rows={3}
        value={code}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="none"
        onChange={(event) => setCode(event.target.value)}
      />
      <Ways onCode={setCode} />
      <TextField
        label={t('devices.join.label')}
        placeholder={t('devices.join.labelExample')}
        value={label}
        maxLength={LABEL_MAX_CHARACTERS}
        autoComplete="off"
        onChange={(event) => setLabel(event.target.value)}
      />
      {join.failure !== null && <FailureNote failure={join.failure} onDismiss={join.dismiss} />}
      <Button type="submit" tone="primary" busy={join.busy} disabled={read === null || label.trim() === ''}>
        {t('devices.join.start')}
      </Button>
      <Button tone="quiet" onClick={onBack}>
        {t('back')}
      </Button>
    </form>
  )
}

/** The code by the camera, or out of a picture. */
function Ways({ onCode }: { onCode: (code: string) => void }): ReactNode {
  const { t } = useTranslation()
  const [isScanning, setScanning] = useState(false)
  const accept = (text: string): boolean => {
    const code = codeOf(text)
    if (code === null) return false
    onCode(code)
    setScanning(false)
    return true
  }
  return (
    <div className={css.buttons}>
      <Button icon={<ScanLine />} onClick={() => setScanning(true)}>
        {t('devices.join.scan')}
      </Button>
      <CodePicture accept={accept} />
      {isScanning && (
        <Dialog open onClose={() => setScanning(false)} title={t('devices.scan.title')} closeLabel={t('close')}>
          <CodeScanner accept={accept} />
        </Dialog>
      )}
    </div>
  )
}

function UnderWay({ joining: { state, words, name } }: { joining: Joining }): ReactNode {
  const { t } = useTranslation()
  if (state === 'asking') {
    return (
      <>
        <h2 className={css.strong}>{t('devices.join.asking')}</h2>
        <p className={css.soft}>{t('devices.join.askingText')}</p>
        <ThreeWords words={words} label={t('devices.join.asking')} />
        {name !== null && (
          <p>
            <bdi>{t('devices.join.askingNamed', { name })}</bdi>
          </p>
        )}
        <Progress label={t('devices.join.waiting')} value={null} words={t('devices.join.waiting')} />
      </>
    )
  }
  if (state === 'done') return <Outcome tone="good" title={t('devices.join.done')} text={t('devices.join.receivingText')} />
  const said = state === 'receiving' ? 'receiving' : 'connecting'
  return (
    <>
      <h2 className={css.strong}>{t(`devices.join.${said}`)}</h2>
      <Progress label={t(`devices.join.${said}`)} value={null} words={t(`devices.join.${said}Text`)} />
    </>
  )
}
