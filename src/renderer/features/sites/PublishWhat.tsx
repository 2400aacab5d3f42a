import { FolderOpen } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { Select, TextField } from '../../ui/Field.tsx'
import { SegmentedControl } from '../../ui/SegmentedControl.tsx'
import { Switch } from '../../ui/Switch.tsx'
import { useShows } from '../browse/store.ts'
import { LookNote } from './LookNote.tsx'
import css from './Publish.module.css'
import { nameIn, type PublishField, type PublishForm, type Wrong } from './publish-form.ts'
import { sitesStore } from './store.ts'
import type { Look } from './use-look.ts'

export interface PublishWhatProps {
  form: PublishForm
  /** Full names of this account. */
  owned: readonly string[]
  look: Look | null
  wrong: Partial<Record<PublishField, Wrong>>
  /** What was gone on from: only of these it is said what is wrong. */
  left: ReadonlySet<PublishField>
  /** It is published already. */
  isNameFixed: boolean
  onChange: (fields: Partial<PublishForm>) => void
  onLeave: (field: PublishField) => void
}

const plain = { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false } as const

/** The first step: a folder or a port, what lies there, and the name that it opens under. */
export function PublishWhat(props: PublishWhatProps): ReactNode {
  const { form, look, left, onChange, onLeave } = props
  const { t } = useTranslation()
  const said = useSaid(props)
  const failed = look?.is === 'failed' && left.has('path') ? (look.failure.detail ?? t(`failure.${look.failure.code}.happened`)) : null
  return (
    <>
      <SegmentedControl
        label={t('sites.dialog.what.legend')}
        value={form.kind}
        options={[
          { value: 'folder', label: t('sites.dialog.what.kind.folder') },
          { value: 'port', label: t('sites.dialog.what.kind.port') },
        ]}
        onChange={(kind) => onChange({ kind })}
      />
      {form.kind === 'folder' ? (
        <>
          <Folder {...props} error={said('path') ?? failed} />
          <LookNote look={look} isFallback={form.fallback} />
          <Switch
            label={t('sites.dialog.what.fallback')}
            hint={t('sites.dialog.what.fallbackNote')}
            checked={form.fallback}
            onChange={(fallback) => onChange({ fallback })}
          />
        </>
      ) : (
        <TextField
          {...plain}
          className={css.short}
          label={t('sites.dialog.what.port')}
          hint={t('sites.dialog.what.portHint')}
          inputMode="numeric"
          maxLength={5}
          placeholder="3000"
          value={form.port}
          error={said('port')}
          onBlur={() => form.port !== '' && onLeave('port')}
          onChange={(event) => onChange({ port: event.target.value })}
        />
      )}
      <Name {...props} said={said} />
    </>
  )
}

/** Chosen in a dialog of the system where this window has one; typed everywhere. */
function Folder({ form, error, onChange, onLeave }: PublishWhatProps & { error: string | null }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const hasDialog = useShows() === 'views'
  const choose = useCall(() => client.browse.chooseFolder())
  const onChoose = async (): Promise<void> => {
    const chosen = await choose.run()
    if (chosen === null || chosen.path === null) return
    onChange({ path: chosen.path })
    onLeave('path')
  }
  return (
    <TextField
      {...plain}
      className={css.mono}
      label={t('sites.dialog.what.folder')}
      hint={t('sites.dialog.what.folderHint')}
      placeholder={t(`sites.dialog.what.folderExample.${isWindows() ? 'windows' : 'unix'}`)}
      maxLength={4_096}
      value={form.path}
      error={error ?? (choose.failure === null ? null : (choose.failure.detail ?? t(`failure.${choose.failure.code}.happened`)))}
      beside={
        hasDialog && (
          <Button icon={<FolderOpen />} busy={choose.busy} onClick={() => void onChoose()}>
            {t('sites.dialog.what.choose')}
          </Button>
        )
      }
      onBlur={() => form.path !== '' && onLeave('path')}
      onChange={(event) => onChange({ path: event.target.value })}
    />
  )
}

interface Saying {
  said: (field: PublishField) => string | null
}

function Name({ form, owned, wrong, isNameFixed, onChange, onLeave, said }: PublishWhatProps & Saying): ReactNode {
  const { t } = useTranslation()
  const name = nameIn(form)
  const taken = sitesStore.use(({ state }) => [...state.sites.keys()].some((held) => held === name))
  const opens = t('sites.dialog.what.opensAs', { url: `peer://${name}/` })
  if (isNameFixed) return <p className={css.soft}>{opens}</p>
  return (
    <div className={css.name}>
      <div className={css.pair}>
        <TextField
          {...plain}
          label={t('sites.dialog.what.label')}
          maxLength={128}
          value={form.label}
          error={said('label')}
          onBlur={() => onLeave('label')}
          onChange={(event) => onChange({ label: event.target.value })}
        />
        <Select
          label={t('sites.dialog.what.name')}
          value={form.owned}
          options={owned.map((value) => ({ value, label: value }))}
          onChange={(value) => onChange({ owned: value })}
        />
      </div>
      {form.label.trim() === '' && <p className={css.faint}>{t('sites.dialog.what.labelHint', { name: form.owned })}</p>}
      {wrong.label === undefined && (
        <p className={css.soft}>
          <bdi>{opens}</bdi>
          {taken && <span className={css.takes}>{t('sites.dialog.what.takes', { name })}</span>}
        </p>
      )}
    </div>
  )
}

/** What is wrong with a field, once it was gone on from. */
function useSaid({ wrong, left }: PublishWhatProps): Saying['said'] {
  const { t } = useTranslation()
  return (field) => {
    const what = wrong[field]
    if (what === undefined || !left.has(field)) return null
    switch (what.why) {
      case 'sentence':
        return what.sentence
      case 'no-folder':
        return t('sites.dialog.what.noFolder')
      case 'not-whole':
        return t('sites.dialog.what.notWhole')
      case 'no-port':
        return t('sites.dialog.what.noPort')
      case 'no-name':
        return t('sites.dialog.noNames.title')
    }
  }
}

/** How the paths of this machine look, by the desktop app's word; a browser's is as good as a guess. */
function isWindows(): boolean {
  return window.latch === undefined ? navigator.userAgent.includes('Windows') : window.latch.platform === 'win32'
}
