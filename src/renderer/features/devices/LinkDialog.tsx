import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Linking } from '../../../shared/model/devices.ts'
import { SECOND } from '../../../shared/units.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { Countdown, useSecondsLeft } from '../../ui/Countdown.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextArea } from '../../ui/Field.tsx'
import { useCopy } from '../../ui/Key.tsx'
import { Progress } from '../../ui/Progress.tsx'
import { QrCode } from '../../ui/QrCode.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import css from './Devices.module.css'
import { Outcome, ThreeWords } from './Outcome.tsx'
import { devicesStore } from './store.ts'

/** A code for another device, then the words that both show, then how it ended. */
export function LinkDialog({ onClose }: { onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const linking = devicesStore.use(({ state }) => state.linking)
  const make = useCall(() => client.devices.link())
  const answer = useCall((allow: boolean) => client.devices.answerLink({ allow }))
  const asked = useRef(false)
  const { run } = make
  useEffect(() => {
    if (asked.current) return
    asked.current = true
    void run()
  }, [run])

  const isUnanswered = linking?.state === 'waiting' || linking?.state === 'asking'
  const close = (): void => {
    // A code that nobody sees any more is not to count; where that fails it ends by itself.
    if (isUnanswered || linking?.state === 'expired') client.devices.cancelLink().catch(() => {})
    onClose()
  }
  const label = linking?.label ?? t('devices.dialog.itself')
  return (
    <Dialog
      open
      onClose={close}
      title={linking?.state === 'asking' ? t('devices.dialog.asking', { label }) : t('devices.dialog.title')}
      closeLabel={t('close')}
      footer={
        linking === null ? undefined : (
          <Foot linking={linking} busy={make.busy || answer.busy} onAnswer={(allow) => void answer.run(allow)} onAgain={() => void run()} onClose={close} />
        )
      }
    >
      <div className={css.body}>
        {make.failure !== null && <FailureNote failure={make.failure} onRetry={() => void run()} />}
        {answer.failure !== null && <FailureNote failure={answer.failure} onDismiss={answer.dismiss} />}
        {linking === null ? make.failure === null && <Skeleton label={t('devices.dialog.making')} rows={2} /> : <State linking={linking} label={label} />}
      </div>
    </Dialog>
  )
}

function State({ linking, label }: { linking: Linking; label: string }): ReactNode {
  const { t } = useTranslation()
  const { state, words, why } = linking
  switch (state) {
    case 'waiting':
      return <Code linking={linking} />
    case 'asking':
      return (
        <>
          <p>{t('devices.dialog.askingHow')}</p>
          <ThreeWords words={words} label={t('devices.dialog.words')} />
        </>
      )
    case 'sending':
      return (
        <>
          <p className={css.strong}>{t('devices.dialog.sending', { label })}</p>
          <Progress label={t('devices.dialog.sending', { label })} value={null} words={t('devices.dialog.sendingText')} />
        </>
      )
    case 'done':
      return <Outcome tone="good" title={t('devices.dialog.done', { label })} text={t('devices.dialog.doneText')} />
    case 'expired':
      return <Outcome tone="plain" title={t('devices.dialog.expired')} text={t('devices.dialog.expiredText')} />
    case 'refused':
      return <Outcome tone="bad" title={t('devices.dialog.refused')} text={t('devices.dialog.refusedText')} />
    case 'failed':
      return <Outcome tone="bad" title={t('devices.dialog.failed')} text={[why, t('devices.dialog.failedText')].filter(Boolean).join(' ')} />
  }
}

function Code({ linking: { code, untilMs } }: { linking: Linking }): ReactNode {
  const { t } = useTranslation()
  const [copied, copy] = useCopy(code)
  const [fromMs] = useState(() => Date.now())
  const left = useSecondsLeft(untilMs)
  const time = left >= 60 ? `${Math.floor(left / 60)} min ${left % 60} s` : `${left} s`
  return (
    <>
      <p>{t('devices.dialog.how')}</p>
      <figure className={css.code}>
        <QrCode text={code} label={t('devices.dialog.qr')} />
      </figure>
      <div className={css.until}>
        <Countdown fromMs={Math.min(fromMs, untilMs - SECOND)} untilMs={untilMs} />
        <p className={css.soft}>
          {t('devices.dialog.until', { time })} {t('devices.dialog.secret')}
        </p>
      </div>
      <div className={css.copy}>
        <TextArea
          className={css.mono}
          label={t('devices.dialog.text')}
          readOnly
          rows={3}
          value={code}
          spellCheck={false}
          onFocus={(event) => event.target.select()}
        />
        <Button size="small" onClick={copy}>
          {copied ? t('copied') : t('devices.dialog.copy')}
        </Button>
      </div>
    </>
  )
}

interface FootProps {
  linking: Linking
  busy: boolean
  onAnswer: (allow: boolean) => void
  onAgain: () => void
  onClose: () => void
}

function Foot({ linking: { state }, busy, onAnswer, onAgain, onClose }: FootProps): ReactNode {
  const { t } = useTranslation()
  if (state === 'asking') {
    return (
      <>
        <Button busy={busy} onClick={() => onAnswer(false)}>
          {t('devices.dialog.different')}
        </Button>
        <Button tone="primary" busy={busy} onClick={() => onAnswer(true)}>
          {t('devices.dialog.same')}
        </Button>
      </>
    )
  }
  if (state === 'expired' || state === 'refused' || state === 'failed') {
    return (
      <>
        <Button onClick={onClose}>{t('close')}</Button>
        <Button tone="primary" busy={busy} onClick={onAgain}>
          {t('devices.dialog.again')}
        </Button>
      </>
    )
  }
  if (state === 'done') {
    return (
      <Button tone="primary" onClick={onClose}>
        {t('devices.dialog.finish')}
      </Button>
    )
  }
  return <Button onClick={onClose}>{state === 'waiting' ? t('cancel') : t('close')}</Button>
}
