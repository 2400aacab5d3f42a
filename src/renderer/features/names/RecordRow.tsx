import { Trash2 } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../ui/IconButton.tsx'
import { TextField } from '../../ui/Field.tsx'
import { kindIcons } from './kind-icons.tsx'
import { RecordFields } from './RecordFields.tsx'
import type { ZoneEdit } from './use-zone-edit.ts'
import { changeRow, faultsOf, type RecordDraft } from './zone-draft.ts'
import css from './ZoneEditor.module.css'

export interface RecordRowProps {
  row: RecordDraft
  /** From 1, as it is said. */
  place: number
  edit: ZoneEdit
  /** It was just added: writing begins in it. */
  isFresh: boolean
}

/** One record: its label, its kind, and the fields of that kind. What is wrong with a field is said when one leaves it. */
export function RecordRow({ row, place, edit, isFresh }: RecordRowProps): ReactNode {
  const { t } = useTranslation()
  const [left, setLeft] = useState<readonly string[]>([])
  const { draft, change, wasTried, refusal } = edit
  const faults = faultsOf(row)
  const leave = (field: string): void => setLeft((before) => (before.includes(field) ? before : [...before, field]))
  const kind = t(`namesZone.kind.${row.kind}`)
  const refused = refusal !== null && refusal.row === row.id ? refusal.why : null
  const said = (field: string): string | null => {
    const message = faults[field]
    if (message === undefined || !(wasTried || left.includes(field))) return null
    // The model speaks of these to programs.
    if (field === 'peerId') return t('namesZone.peer.idBad')
    if (field === 'account') return t('namesZone.delegate.keyBad')
    if (field === 'addresses' && !message.startsWith('A')) return t('namesZone.peer.addressBad')
    if (field === 'label' && row.kind === 'delegate' && row.label === '') return t('namesZone.delegate.labelMissing')
    return message
  }
  return (
    <li>
      <fieldset
        className={css.row}
        data-refused={refused === null ? undefined : true}
      >
        <legend className="visually-hidden">{t('namesZone.record', { count: place, kind })}</legend>
        <TextField
          className={css.label}
          label={t('namesZone.label')}
          error={said('label')}
          value={row.label}
          autoFocus={isFresh}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={255}
          onBlur={() => leave('label')}
          onFocus={(event) => event.target.value === '@' && event.target.select()}
          onChange={(event) => change(changeRow(draft, row.id, { label: event.target.value }))}
        />
        <p className={css.kind}>
          {kindIcons[row.kind]}
          <span>{kind}</span>
        </p>
        <div className={css.fields}>
          <RecordFields
            row={row}
            said={said}
            onLeave={leave}
            onChange={(fields) => change(changeRow(draft, row.id, { fields }))}
          />
          {refused !== null && (
            <p className={css.refused} role="alert">
              {refused}
            </p>
          )}
        </div>
        <IconButton
          className={css.remove}
          label={t('namesZone.remove', { count: place })}
          icon={<Trash2 />}
          onClick={() => edit.remove(row)}
        />
      </fieldset>
    </li>
  )
}
