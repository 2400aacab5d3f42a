import { CameraOff, Image } from 'lucide-react'
import { useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { cx } from '../../ui/cx.ts'
import css from './Devices.module.css'
import { codeInPicture } from './read-code.ts'
import { useCamera } from './use-camera.ts'

/** What the camera sees, until it sees a code that is wanted; `accept` says whether it was one. */
export function CodeScanner({ accept }: { accept: (text: string) => boolean }): ReactNode {
  const { t } = useTranslation()
  const [isOther, setOther] = useState(false)
  const { state, video } = useCamera((text) => setOther(!accept(text)))
  const off = state === 'denied' || state === 'none'
  return (
    <div className={css.body}>
      <div className={css.camera}>
        <video ref={video} muted playsInline aria-label={t('devices.scan.picture')} className={cx(off && css.hidden)} />
        {state === 'seeing' && <span className={css.aim} aria-hidden="true" />}
        {off && <CameraOff aria-hidden="true" />}
      </div>
      {state === 'starting' && <p className={css.soft}>{t('devices.scan.starting')}</p>}
      {state === 'seeing' && <p className={css.soft}>{isOther ? t('devices.scan.other') : t('devices.scan.text')}</p>}
      {off && <Banner tone="warning" title={t(`devices.scan.${state}`)} text={t(`devices.scan.${state}Text`)} />}
    </div>
  )
}

/** A picture of the code, instead of the camera. */
export function CodePicture({ accept }: { accept: (text: string) => boolean }): ReactNode {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  const [wrong, setWrong] = useState<'nothing' | 'broken' | 'other' | null>(null)
  const read = async (file: File): Promise<void> => {
    setWrong(null)
    const found = await codeInPicture(file)
    if (found.is !== 'code') setWrong(found.is)
    else if (!accept(found.text)) setWrong('other')
  }
  return (
    <>
      <Button icon={<Image />} onClick={() => input.current?.click()}>
        {t('devices.join.picture')}
      </Button>
      <input
        ref={input}
        type="file"
        accept="image/*"
        tabIndex={-1}
        aria-label={t('devices.join.picture')}
        className={css.hidden}
        onChange={(event) => {
          const [file] = event.target.files ?? []
          event.target.value = ''
          if (file !== undefined) void read(file)
        }}
      />
      {wrong === 'nothing' && <Banner tone="warning" title={t('devices.scan.nothing')} text={t('devices.scan.nothingText')} />}
      {wrong === 'broken' && <Banner tone="warning" title={t('devices.scan.broken')} />}
      {wrong === 'other' && <Banner tone="warning" title={t('devices.scan.other')} />}
    </>
  )
}
