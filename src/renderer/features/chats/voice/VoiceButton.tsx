import { Mic, SendHorizontal, Trash2 } from 'lucide-react'
import { useEffect, useEffectEvent, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { StagedFile } from '../../../../shared/model/files.ts'
import { useClient } from '../../../bridge/bridge.tsx'
import { useCall } from '../../../bridge/use-call.ts'
import css from '../composer/Composer.module.css'
import { stageBlob } from '../files/stage-blob.ts'
import { MAX_NOTE_MS, noteClock, record, waveOf, type Recorder } from './recording.ts'
import own from './Voice.module.css'

const LEVEL_EVERY_MS = 100
/** As many as are seen while one speaks. */
const SHOWN = 48

export interface VoiceButtonProps {
  enabled: boolean
  /** While it is, there is no room for anything else. */
  onRecording: (recording: boolean) => void
  onNote: (staged: StagedFile) => Promise<unknown>
}

/** Records a note and sends it. The microphone is asked for when this is pressed, and let go with it. */
export function VoiceButton({ enabled, onRecording, onNote }: VoiceButtonProps): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [recorder, setRecorder] = useState<Recorder | null>(null)
  const [levels, setLevels] = useState<readonly number[]>([])
  const [refused, setRefused] = useState(false)
  const current = useRef<Recorder | null>(null)
  const tookMs = levels.length * LEVEL_EVERY_MS

  const put = (next: Recorder | null): void => {
    current.current = next
    setRecorder(next)
    onRecording(next !== null)
  }
  const begin = (): void => {
    setRefused(false)
    setLevels([])
    record().then(put, () => setRefused(true))
  }
  const send = useCall(async () => {
    if (recorder === null) return
    const blob = await recorder.finish()
    const looks = { kind: 'voice' as const, durationMs: tookMs, wave: waveOf(levels) }
    const name = `${t('chats.voice.file')} ${new Date().toISOString().slice(0, 16).replace(/[:T]/g, '-')}.webm`
    await onNote(await stageBlob(client, { name, type: 'audio/webm', looks }, blob))
    put(null)
  })

  const hear = useEffectEvent(() => {
    if (recorder !== null && tookMs < MAX_NOTE_MS) setLevels((before) => [...before, recorder.level()])
  })
  useEffect(() => {
    if (recorder === null) return undefined
    const timer = setInterval(hear, LEVEL_EVERY_MS)
    return () => clearInterval(timer)
  }, [recorder])
  // Whoever goes elsewhere is not listened to.
  useEffect(() => () => current.current?.cancel(), [])

  if (recorder === null) {
    return (
      <>
        {refused && (
          <span className={own.refused} role="alert">
            {t('chats.voice.refused')}
          </span>
        )}
        <button type="button" className={css.tool} disabled={!enabled} aria-label={t('chats.voice.record')} title={t('chats.voice.record')} onClick={begin}>
          <Mic />
        </button>
      </>
    )
  }
  return (
    <div className={own.recording}>
      <button
        type="button"
        className={css.tool}
        aria-label={t('chats.voice.cancel')}
        title={t('chats.voice.cancel')}
        onClick={() => {
          recorder.cancel()
          put(null)
        }}
      >
        <Trash2 />
      </button>
      <span className={own.live} aria-hidden="true" />
      <span className={own.time} role="timer">
        {noteClock(tookMs)}
      </span>
      <span className={own.levels} aria-hidden="true">
        {levels.slice(-SHOWN).map((level, index) => (
          <i key={levels.length - index} style={{ '--level': Math.max(0.08, level) }} />
        ))}
      </span>
      {send.failure !== null && <span className={own.refused} role="alert">{t('chats.voice.failed')}</span>}
      {tookMs >= MAX_NOTE_MS && <span className={own.refused}>{t('chats.voice.full')}</span>}
      <button type="button" className={css.send} disabled={send.busy} aria-label={t('chats.voice.send')} onClick={() => void send.run()}>
        <SendHorizontal />
      </button>
    </div>
  )
}
