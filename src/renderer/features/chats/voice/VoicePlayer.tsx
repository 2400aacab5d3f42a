import { Download, Pause, Play } from 'lucide-react'
import { useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { MessageId } from '../../../../shared/ids.ts'
import type { FileOffer } from '../../../../shared/model/files.ts'
import { useClient } from '../../../bridge/bridge.tsx'
import { useCall } from '../../../bridge/use-call.ts'
import { useTransfer } from '../../files/store.ts'
import { sizeText } from '../../../ui/amounts.ts'
import { State } from '../files/FileCard.tsx'
import { actionsOf } from '../files/file-state.ts'
import { isWhole, useBytes } from '../files/use-bytes.ts'
import { noteClock } from './recording.ts'
import css from './Voice.module.css'

const speeds = [1, 1.5, 2] as const

/** A voice note: its shape, where one is in it, and how fast it is heard. */
export function VoicePlayer({ message, offer }: { message: MessageId; offer: FileOffer }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const transfer = useTransfer(message, offer.file)
  const [wanted, setWanted] = useState(false)
  const { url, failed } = useBytes(transfer, wanted)
  const audio = useRef<HTMLAudioElement>(null)
  const [playing, setPlaying] = useState(false)
  const [atMs, setAt] = useState(0)
  const [speed, setSpeed] = useState(0)
  const wholeMs = Math.max(1, offer.durationMs ?? 1)
  const whole = transfer === null ? false : isWhole(transfer)
  const accept = useCall(async () => {
    if (transfer !== null) await client.files.accept({ id: transfer.id })
  })
  const canFetch = transfer !== null && actionsOf(transfer, false)[0] === 'accept'

  const toggle = (): void => {
    if (canFetch) return void accept.run()
    setWanted(true)
    const { current } = audio
    if (current === null) return
    if (playing) current.pause()
    else void current.play().catch(() => setPlaying(false))
  }
  const seek = (share: number): void => {
    setAt(share * wholeMs)
    if (audio.current !== null) audio.current.currentTime = (share * wholeMs) / 1_000
  }
  const factor = speeds[speed % speeds.length] ?? 1
  const label = canFetch ? 'fetch' : playing ? 'pause' : 'play'
  return (
    <div className={css.player}>
      <button type="button" className={css.play} disabled={!canFetch && !whole} aria-label={t(`chats.voice.${label}`)} title={t(`chats.voice.${label}`)} onClick={toggle}>
        {canFetch ? <Download /> : playing ? <Pause /> : <Play />}
      </button>
      <span className={css.middle}>
        <span className={css.wave}>
          {(offer.wave ?? flat).map((height, index, all) => (
            <i
              key={index}
              data-heard={index / all.length < atMs / wholeMs || undefined}
              style={{ '--level': Math.max(0.1, height / 255) }}
            />
          ))}
          <input
            type="range"
            className={css.seek}
            min={0}
            max={1_000}
            value={Math.round((1_000 * atMs) / wholeMs)}
            disabled={!whole}
            aria-label={t('chats.voice.place')}
            aria-valuetext={t('chats.voice.placeOf', { at: noteClock(atMs), of: noteClock(wholeMs) })}
            onChange={(event) => seek(Number(event.target.value) / 1_000)}
          />
        </span>
        <span className={css.note}>
          {failed ? (
            t('chats.files.notShown')
          ) : transfer !== null && !whole ? (
            <>
              {sizeText(offer.bytes)} · <State transfer={transfer} />
            </>
          ) : (
            noteClock(playing || atMs > 0 ? atMs : wholeMs)
          )}
        </span>
      </span>
      {whole && (
        <button type="button" className={css.speed} aria-label={t('chats.voice.speed', { factor })} onClick={() => {
          setSpeed(speed + 1)
          if (audio.current !== null) audio.current.playbackRate = speeds[(speed + 1) % speeds.length] ?? 1
        }}>
          {factor}×
        </button>
      )}
      {url !== null && (
        // A note has no captions; what was said is in nobody's hands but the ears'.
        // eslint-disable-next-line jsx-a11y/media-has-caption
        <audio
          ref={audio}
          src={url}
          autoPlay
          onPlay={(event) => {
            event.currentTarget.playbackRate = factor
            setPlaying(true)
          }}
          onPause={() => setPlaying(false)}
          onTimeUpdate={(event) => setAt(event.currentTarget.currentTime * 1_000)}
          onEnded={() => {
            setPlaying(false)
            setAt(0)
          }}
        />
      )}
    </div>
  )
}

/** Where nobody said how it looks. */
const flat = Array.from({ length: 40 }, () => 40)
