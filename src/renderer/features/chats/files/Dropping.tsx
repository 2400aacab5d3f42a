import { Download } from 'lucide-react'
import { useRef, useState, type DragEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import css from './Dropping.module.css'
import { droppedIn } from './dropped.ts'
import { useStaging } from './use-staging.ts'

/** A conversation, into which files are dragged. */
export function Dropping({ draftKey, enabled, children }: { draftKey: string; enabled: boolean; children: ReactNode }): ReactNode {
  const { t } = useTranslation()
  const stage = useStaging(draftKey)
  const [over, setOver] = useState(false)
  // What lies inside is entered before this is left.
  const depth = useRef(0)
  const isFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files')
  const end = (): void => {
    depth.current = 0
    setOver(false)
  }
  return (
    <div
      className={css.column}
      onDragEnter={(event) => {
        if (!isFiles(event)) return
        event.preventDefault()
        depth.current += 1
        setOver(enabled)
      }}
      onDragOver={(event) => {
        if (!isFiles(event)) return
        event.preventDefault()
        event.dataTransfer.dropEffect = enabled ? 'copy' : 'none'
      }}
      onDragLeave={() => {
        depth.current -= 1
        if (depth.current <= 0) end()
      }}
      onDrop={(event) => {
        if (!isFiles(event)) return
        // The window itself never opens it.
        event.preventDefault()
        end()
        if (enabled) stage.dropped(droppedIn(event.dataTransfer))
      }}
    >
      {children}
      {over && (
        <div className={css.over}>
          <p>
            <Download />
            {t('chats.files.drop')}
          </p>
        </div>
      )}
    </div>
  )
}
