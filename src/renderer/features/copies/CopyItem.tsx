import { CircleCheck, CircleDashed, Ellipsis, Fingerprint, GitCompareArrows, RefreshCw, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Copy } from '../../../shared/model/copies.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { sizeText } from '../../ui/amounts.ts'
import { Button } from '../../ui/Button.tsx'
import { Entry } from '../../ui/Entries.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { Switch } from '../../ui/Switch.tsx'
import { Time } from '../../ui/Time.tsx'
import { useOpenSite } from '../browse/use-open.ts'
import { useWho } from '../contacts/use-who.ts'
import { useMe } from '../identity/store.ts'
import { LedgerName } from '../names/LedgerName.tsx'
import type { CopyAct } from './CopiesPage.tsx'
import css from './Copies.module.css'
import { CopyFailure } from './CopyFailure.tsx'
import { Fetching } from './Fetching.tsx'
import { versionOf, type Version } from './state.ts'

/** A site that is kept here, or on its way. */
export function CopyItem({ copy, onAct }: { copy: Copy; onAct: (act: CopyAct) => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const open = useOpenSite()
  const { site, files, bytes, state, keptMs } = copy
  const keep = useCall(() => client.copies.keep({ site }))
  const version = versionOf(copy)
  const isWhole = state.kind === 'whole'
  return (
    <Entry
      name={site}
      beside={<Owner copy={copy} />}
      actions={
        <>
          {isWhole && (
            <Button size="small" aria-label={t('copies.openSite', { site })} onClick={() => void open(`peer://${site}/`)}>
              {t('copies.open')}
            </Button>
          )}
          <CopyMenu copy={copy} version={version} onAct={onAct} />
        </>
      }
    >
      <p className={css.soft}>
        {t('copies.size', { count: files, size: sizeText(bytes) })}
        {isWhole && (
          <>
            {' '}
            · {t('copies.kept')} <Time form="ago" atMs={keptMs} />
          </>
        )}
      </p>
      {isWhole && <VersionLine version={version} />}
      {isWhole && version === 'newer' && (
        <div className={css.buttons}>
          <Button
            size="small"
            tone="strong"
            busy={keep.busy}
            aria-label={t('copies.updateOf', { site })}
            onClick={() => void keep.run()}
          >
            {t('copies.update')}
          </Button>
          <Button size="small" aria-label={t('copies.changesOf', { site })} onClick={() => onAct({ act: 'changes', site })}>
            {t('copies.changes')}
          </Button>
        </div>
      )}
      {state.kind === 'fetching' && <Fetching copy={copy} />}
      {state.kind === 'stopped' && (
        <div className={css.stopped}>
          <p>
            {t('copies.stopped', { done: sizeText(state.doneBytes), all: sizeText(bytes) })} {state.why}
          </p>
          <Button
            size="small"
            tone="strong"
            busy={keep.busy}
            aria-label={t('copies.resumeOf', { site })}
            onClick={() => void keep.run()}
          >
            {t('copies.resume')}
          </Button>
        </div>
      )}
      {keep.failure !== null && <CopyFailure failure={keep.failure} onDismiss={keep.dismiss} />}
      {isWhole && <Served copy={copy} />}
    </Entry>
  )
}

function Owner({ copy: { owner } }: { copy: Copy }): ReactNode {
  const { t } = useTranslation()
  const me = useMe()?.account ?? null
  const { name } = useWho(owner)
  return (
    <p className={css.owner}>
      <bdi>{owner === me ? t('copies.fromYou') : t('copies.from', { owner: name })}</bdi>
      {owner !== me && <LedgerName account={owner} />}
    </p>
  )
}

const signs = { same: CircleCheck, newer: RefreshCw, unknown: CircleDashed } as const

function VersionLine({ version }: { version: Version }): ReactNode {
  const { t } = useTranslation()
  const Sign = signs[version]
  return (
    <p className={css.version} data-version={version}>
      <Sign aria-hidden="true" />
      {t(`copies.version.${version}`)}
    </p>
  )
}

/** Whether others are given it, and how much they were. */
function Served({ copy: { site, isServed, servedBytes } }: { copy: Copy }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const serve = useCall((served: boolean) => client.copies.serve({ site, served }))
  const given = servedBytes > 0 ? t('copies.servedNote', { size: sizeText(servedBytes) }) : t('copies.servedNone')
  return (
    <>
      <Switch
        label={t('copies.served')}
        hint={isServed || servedBytes > 0 ? given : t('copies.notServed')}
        checked={isServed}
        disabled={serve.busy}
        onChange={(served) => void serve.run(served)}
      />
      {serve.failure !== null && <CopyFailure failure={serve.failure} onDismiss={serve.dismiss} />}
    </>
  )
}

interface CopyMenuProps {
  copy: Copy
  version: Version
  onAct: (act: CopyAct) => void
}

function CopyMenu({ copy: { site, cid, state }, version, onAct }: CopyMenuProps): ReactNode {
  const { t } = useTranslation()
  const isComparable = state.kind === 'whole' && version !== 'newer'
  return (
    <Menu
      trigger={<IconButton label={t('copies.more', { site })} icon={<Ellipsis />} />}
      groups={[
        [
          ...(isComparable
            ? [
                {
                  id: 'changes',
                  label: t('copies.menu.check'),
                  icon: <GitCompareArrows />,
                  onChoose: () => onAct({ act: 'changes', site }),
                },
              ]
            : []),
          {
            id: 'cid',
            label: t('copies.menu.cid'),
            note: t('copies.menu.cidNote'),
            icon: <Fingerprint />,
            // Where the system refuses, nothing is on the clipboard, and pasting shows it.
            onChoose: () => void navigator.clipboard.writeText(cid).catch(() => {}),
          },
        ],
        [
          {
            id: 'drop',
            label: t('copies.menu.drop'),
            icon: <Trash2 />,
            tone: 'danger',
            onChoose: () => onAct({ act: 'drop', site }),
          },
        ],
      ]}
    />
  )
}
