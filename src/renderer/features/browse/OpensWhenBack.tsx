import { useEffect, useEffectEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { OpenCode, Tab, TabId } from '../../../shared/model/browse.ts'
import { usePeople } from '../contacts/store.ts'
import { ownedPart } from '../names/typed-name.ts'
import { usePeerOf } from '../peers/store.ts'
import css from './ErrorPage.module.css'
import { useTabs } from './use-tabs.ts'

/** What ends when a device of the owner is there. */
export const awaitsOwner: ReadonlySet<OpenCode> = new Set(['device-unreachable', 'name-unreachable', 'cut', 'copy-missing'])

/** A device that connects has more to say first: whose it is, and what it shows. */
const SETTLES_MS = 1_500

/** Since when the connection was there over which a tab was loaded by itself: once for each. */
const tried = new Map<TabId, number>()

/** The owner is somebody one has met: their page is loaded again when a device of theirs connects. */
export function OpensWhenBack({ tab }: { tab: Tab }): ReactNode {
  const { t } = useTranslation()
  const tabs = useTabs()
  const { id, site } = tab
  const owned = site === null ? null : ownedPart(site)
  const owner = [...usePeople().values()].find(({ names }) => owned !== null && names.includes(owned))
  const peer = usePeerOf(owner?.account ?? null)
  const sinceMs = peer?.state === 'connected' ? peer.connectedMs : null
  const reload = useEffectEvent((overMs: number) => {
    tried.set(id, overMs)
    tabs.reload(id)
  })
  useEffect(() => {
    if (sinceMs === null || tried.get(id) === sinceMs) return undefined
    const timer = setTimeout(() => reload(sinceMs), SETTLES_MS)
    return () => clearTimeout(timer)
  }, [id, sinceMs])
  return owner === undefined ? null : <p className={css.text}>{t('browse.error.whenBack')}</p>
}
