import { SiteDraft, SiteName, type Site, type SiteAudience } from '../../../shared/model/sites.ts'
import { isWhole } from './look-warnings.ts'

/** What a person entered so far, as the fields hold it. */
export interface PublishForm {
  /** One that this account owns: `alice.peer`; empty where it owns none. */
  owned: string
  /** What stands before it: `app`, `docs.app`, or nothing. */
  label: string
  kind: 'folder' | 'port'
  path: string
  fallback: boolean
  port: string
  audience: SiteAudience
  copies: boolean
}

export type PublishField = 'owned' | 'label' | 'path' | 'port'

/** What is wrong with a field. `sentence`: in the words of the contract. */
export type Wrong = { why: 'no-folder' | 'not-whole' | 'no-port' | 'no-name' } | { why: 'sentence'; sentence: string }

export type ReadForm = { outcome: 'draft'; draft: SiteDraft } | { outcome: 'wrong'; fields: Partial<Record<PublishField, Wrong>> }

/** As it begins: the whole world stays out until somebody says otherwise. */
export function firstForm(owned: readonly string[], site?: Site): PublishForm {
  const own = owned.find((name) => site !== undefined && (site.name === name || site.name.endsWith(`.${name}`)))
  const folder = site?.source.kind === 'folder' ? site.source : null
  return {
    owned: own ?? owned[0] ?? '',
    label: own === undefined || site === undefined ? '' : site.name.slice(0, -own.length).replace(/\.$/, ''),
    kind: site?.source.kind ?? 'folder',
    path: folder?.path ?? '',
    fallback: folder?.fallback ?? false,
    port: site?.source.kind === 'port' ? String(site.source.port) : '',
    audience: site?.audience ?? 'ask',
    copies: site !== undefined && site.copies.kind !== 'off',
  }
}

/** The name that it would open under, whether there can be such a one or not. Pure. */
export function nameIn({ owned, label }: Pick<PublishForm, 'owned' | 'label'>): string {
  const before = label.trim().toLowerCase().replace(/\.+$/, '')
  return before === '' ? owned : `${before}.${owned}`
}

/** Copies are for folders that anyone may visit. Pure. */
export function canCopy({ kind, audience }: Pick<PublishForm, 'kind' | 'audience'>): boolean {
  return kind === 'folder' && audience === 'anyone'
}

/** What the form says, or what is wrong with which field. Pure. */
export function readForm(form: PublishForm): ReadForm {
  const fields: Partial<Record<PublishField, Wrong>> = {}
  const name = SiteName.safeParse(nameIn(form))
  if (form.owned === '') fields.owned = { why: 'no-name' }
  else if (!name.success) fields.label = { why: 'sentence', sentence: name.error.issues[0]?.message ?? '' }
  const path = form.path.trim()
  const port = /^\d{1,5}$/.test(form.port.trim()) ? Number(form.port.trim()) : 0
  if (form.kind === 'folder' && path === '') fields.path = { why: 'no-folder' }
  else if (form.kind === 'folder' && !isWhole(path)) fields.path = { why: 'not-whole' }
  if (form.kind === 'port' && (port < 1 || port > 65_535)) fields.port = { why: 'no-port' }
  if (!name.success || Object.keys(fields).length > 0) return { outcome: 'wrong', fields }
  const source = form.kind === 'folder' ? { kind: 'folder', path, fallback: form.fallback } as const : { kind: 'port', port } as const
  const copies = form.copies && canCopy(form)
  return { outcome: 'draft', draft: SiteDraft.parse({ name: name.data, source, audience: form.audience, copies }) }
}
