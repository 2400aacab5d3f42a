import { MonitorSmartphone, Plus } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PeerId } from '../../../shared/ids.ts'
import { Button } from '../../ui/Button.tsx'
import { Select } from '../../ui/Field.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { Section } from '../../ui/Section.tsx'
import { useMe } from '../identity/store.ts'
import { peersStore } from '../peers/store.ts'
import { kindIcons } from './kind-icons.tsx'
import { NewerZone } from './NewerZone.tsx'
import { RecordRow } from './RecordRow.tsx'
import type { ZoneEdit } from './use-zone-edit.ts'
import { ttlText } from './wording.ts'
import { addRow, MAX_RECORDS, recordKinds, type RecordKind } from './zone-draft.ts'
import css from './ZoneEditor.module.css'

/** As many addresses as a device has at most in a zone. */
const MAX_ADDRESSES = 8
const ttls = [60_000, 300_000, 1_800_000, 3_600_000, 21_600_000, 86_400_000]

/** A zone as a table that is written in: one row for each record. */
export function ZoneEditor({ edit }: { edit: ZoneEdit }): ReactNode {
  const { t } = useTranslation()
  const { draft, change } = edit
  const me = useMe()
  const listening = peersStore.use(({ state }) => state.reachability.listening)
  const [fresh, setFresh] = useState<number | null>(null)
  const isFull = draft.rows.length >= MAX_RECORDS
  const add = (kind: RecordKind, device: PeerId | null = null): void => {
    setFresh(draft.nextId)
    change(addRow(draft, kind, { device, addresses: listening.slice(0, MAX_ADDRESSES) }))
  }
  const choices = ttls.includes(draft.ttlMs) ? ttls : [...ttls, draft.ttlMs].toSorted((a, b) => a - b)

  return (
    <Section title={t('namesZone.title')} note={t('namesZone.note')}>
      {edit.newer !== null && <NewerZone edit={edit} newer={edit.newer} />}
      <fieldset className={css.all} disabled={edit.isBusy}>
        <legend className="visually-hidden">{t('namesZone.title')}</legend>
        {draft.rows.length === 0 ? (
          <p className={css.empty}>{t('namesZone.empty')}</p>
        ) : (
          <div className={css.room}>
            <p className={css.head} aria-hidden="true">
              <span>{t('namesZone.columns.label')}</span>
              <span>{t('namesZone.columns.kind')}</span>
              <span>{t('namesZone.columns.value')}</span>
            </p>
            <ol className={css.rows}>
              {draft.rows.map((row, index) => (
                <RecordRow
                  key={row.id}
                  row={row}
                  place={index + 1}
                  edit={edit}
                  isFresh={row.id === fresh}
                />
              ))}
            </ol>
          </div>
        )}
        <div className={css.foot}>
          {draft.rows.length === 0 && me !== null && (
            <Button tone="primary" icon={<MonitorSmartphone />} onClick={() => add('peer', me.peerId)}>
              {t('namesZone.addThis')}
            </Button>
          )}
          <Menu
            align="start"
            disabled={isFull || edit.isBusy}
            trigger={
              <Button icon={<Plus />} disabled={isFull}>
                {t('namesZone.add')}
              </Button>
            }
            groups={[
              recordKinds.map((kind) => ({
                id: kind,
                label: t(`namesZone.kind.${kind}`),
                note: t(`namesZone.kindNote.${kind}`),
                icon: kindIcons[kind],
                onChoose: () => add(kind),
              })),
            ]}
          />
          {isFull && <p className={css.soft}>{t('namesZone.full')}</p>}
        </div>
        {draft.rows.length > 0 && (
          <div className={css.ttl}>
            <Select
              label={t('namesZone.ttl.label')}
              hint={t('namesZone.ttl.hint')}
              value={String(draft.ttlMs)}
              options={choices.map((ms) => ({ value: String(ms), label: ttlText(t, ms) }))}
              onChange={(value) => change({ ...draft, ttlMs: Number(value) })}
            />
          </div>
        )}
      </fieldset>
    </Section>
  )
}
