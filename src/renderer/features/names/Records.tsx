import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ZoneRecord } from '../../../shared/model/names.ts'
import { Addresses } from '../../ui/Address.tsx'
import { Button } from '../../ui/Button.tsx'
import { Key } from '../../ui/Key.tsx'
import { kindIcons } from './kind-icons.tsx'
import css from './Records.module.css'
import { useNameWords } from './use-name-words.ts'

/** More than most have; the others are one press away. */
const SHOWN = 24

/** What a zone says, in the order in which its owner wrote it, with the labels it says it of. */
export function Records({ records }: { records: readonly ZoneRecord[] }): ReactNode {
  const { t } = useTranslation()
  const [isWhole, setIsWhole] = useState(false)
  const shown = isWhole ? records : records.slice(0, SHOWN)
  return (
    <div className={css.stack}>
      <ul className={css.records}>
        {shown.map((record, index) => (
          <li key={`${record.label} ${record.kind} ${index}`} className={css.record}>
            <span className={css.kind}>
              {kindIcons[record.kind]}
              {t(`namesZone.kind.${record.kind}`)}
            </span>
            <span className={css.label}>{record.label}</span>
            <div className={css.value}>
              <Value record={record} />
            </div>
          </li>
        ))}
      </ul>
      {shown.length < records.length && (
        <p>
          <Button size="small" onClick={() => setIsWhole(true)}>
            {t('namesLookup.records.all', { count: records.length })}
          </Button>
        </p>
      )}
    </div>
  )
}

function Value({ record }: { record: ZoneRecord }): ReactNode {
  const { t } = useTranslation()
  const { who, device } = useNameWords()
  switch (record.kind) {
    case 'peer':
      return (
        <>
          <p className={css.line}>
            <bdi>{device(record.peerId)}</bdi>
            <Key value={record.peerId} label={t('key.peer')} />
          </p>
          {record.addresses.length === 0 ? (
            <p className={css.faint}>{t('namesLookup.records.noAddress')}</p>
          ) : (
            <Addresses values={record.addresses} />
          )}
        </>
      )
    case 'site':
      return record.cid === null ? (
        <p>{t('namesLookup.records.live')}</p>
      ) : (
        <p className={css.line}>
          {t('namesLookup.records.copy')}
          <Key value={record.cid} label={t('namesZone.site.cid')} />
        </p>
      )
    case 'address':
      return (
        <p className={css.line}>
          <span className={css.mono}>{record.ip}</span>
          {record.port !== null && <span className={css.soft}>{t('namesLookup.records.port', { port: record.port })}</span>}
        </p>
      )
    case 'text':
      return (
        <p className={css.text} dir="auto">
          {record.text}
        </p>
      )
    case 'service':
      return (
        <p className={css.mono}>
          {t('namesLookup.records.service', { service: record.service, target: record.target, port: record.port })}
        </p>
      )
    case 'delegate':
      return (
        <p className={css.line}>
          <bdi>{t('namesLookup.records.answers', { who: who(record.account) })}</bdi>
          <Key value={record.account} label={t('key.account')} />
        </p>
      )
  }
}
