import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ExitUse } from '../../../shared/model/exit.ts'
import { sizeText } from '../../ui/amounts.ts'
import { Button } from '../../ui/Button.tsx'
import { Time } from '../../ui/Time.tsx'
import css from './Exits.module.css'
import { byAccount, type Through } from './state.ts'
import { exitStore } from './store.ts'

/** So many are taken in at a glance; the others are a click away. */
const SHOWN = 6

/** Hosts and bytes of one side, by whom they went through or for. */
export function Counted({ whose }: { whose: ExitUse['whose'] }): ReactNode {
  const { t } = useTranslation()
  const uses = exitStore.use(({ state }) => state.uses)
  const through = byAccount(uses.values(), whose)
  return (
    <div className={css.counted}>
      <h3 className={css.strong}>{t(`exit.counted.${whose}`)}</h3>
      <p className={css.faint}>{t(through.length === 0 ? 'exit.counted.none' : 'exit.counted.note')}</p>
      {through.map((one) => (
        <Hosts key={one.account} whose={whose} through={one} />
      ))}
    </div>
  )
}

function Hosts({ whose, through }: { whose: ExitUse['whose']; through: Through }): ReactNode {
  const { t } = useTranslation()
  const [isWhole, showWhole] = useState(false)
  const { called, hosts, sentBytes, receivedBytes } = through
  const shown = isWhole ? hosts : hosts.slice(0, SHOWN)
  const name = t(whose === 'ours' ? 'exit.counted.through' : 'exit.counted.for', { name: called })
  return (
    <div className={css.through}>
      <p className={css.head}>
        <bdi className={css.strong}>{name}</bdi>
        <span className={css.faint}>{t('exit.counted.sum', { out: sizeText(sentBytes), in: sizeText(receivedBytes) })}</span>
      </p>
      <ul className={css.hosts} aria-label={name}>
        {shown.map((use) => (
          <li key={`${use.peerId} ${use.host} ${use.port}`}>
            <Host use={use} />
          </li>
        ))}
      </ul>
      {hosts.length > SHOWN && (
        <div>
          <Button size="small" tone="quiet" aria-expanded={isWhole} onClick={() => showWhole(!isWhole)}>
            {isWhole ? t('exit.counted.fewer') : t('exit.counted.all', { count: hosts.length })}
          </Button>
        </div>
      )}
    </div>
  )
}

function Host({ use }: { use: ExitUse }): ReactNode {
  const { t } = useTranslation()
  const { host, port, connections, open, refused, sentBytes, receivedBytes, lastMs } = use
  const counts = [
    t('exit.counted.connections', { count: connections }),
    open === 0 ? '' : t('exit.counted.open', { count: open }),
    refused === 0 ? '' : t('exit.counted.refused', { count: refused }),
  ]
  return (
    <>
      <span className={css.host} dir="ltr">
        {port === 443 ? host : `${host}:${port}`}
      </span>
      <span className={css.figures}>
        {counts.filter(Boolean).join(' · ')} · {sizeText(sentBytes + receivedBytes)} · <Time form="ago" atMs={lastMs} />
      </span>
    </>
  )
}
