import { FolderOpen } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PathChoice } from '../../../shared/contract/node.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import css from './Backup.module.css'

export interface PathFieldProps {
  label: string
  hint?: string
  kind: PathChoice['kind']
  /** How a new file is to be called, at first. */
  suggested?: string
  value: string
  onChange: (path: string) => void
}

/** A path of this machine: chosen in a dialog of the system where this window has one; typed everywhere. */
export function PathField({ label, hint, kind, suggested, value, onChange }: PathFieldProps): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const hasDialog = window.latch !== undefined
  const choose = useCall(() => client.node.choosePath(suggested === undefined ? { kind } : { kind, suggested }))
  const onChoose = async (): Promise<void> => {
    const chosen = await choose.run()
    if (chosen?.path != null) onChange(chosen.path)
  }
  return (
    <TextField
      className={css.mono}
      label={label}
      {...(hint === undefined ? {} : { hint })}
      value={value}
      maxLength={4_096}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      error={choose.failure === null ? null : (choose.failure.detail ?? t(`failure.${choose.failure.code}.happened`))}
      beside={
        hasDialog && (
          <Button icon={<FolderOpen />} busy={choose.busy} onClick={() => void onChoose()}>
            {t('backup.dialog.choose')}
          </Button>
        )
      }
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
