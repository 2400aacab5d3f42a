import { Archive, ChevronRight, KeyRound, Laptop, Lock } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Identity } from '../../../shared/model/identity.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { useDialogs } from '../../nav/dialogs.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextArea, TextField } from '../../ui/Field.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { RestoreBackup } from '../backup/RestoreBackup.tsx'
import { restoringStore } from '../backup/store.ts'
import { JoinDevice } from '../devices/JoinDevice.tsx'
import { joiningStore } from '../devices/store.ts'
import css from './Welcome.module.css'

const PHRASE_WORDS = 12
const NAME_MAX_CHARACTERS = 64

type Way = 'create' | 'restore' | 'link' | 'backup'

const icons = { link: <Laptop />, backup: <Archive />, restore: <KeyRound /> } as const

/** The whole window while there is no account, or while its keys cannot be opened. */
export function Welcome({ identity }: { identity: Exclude<Identity, { state: 'ready' }> }): ReactNode {
  const { t } = useTranslation()
  const [chosen, setWay] = useState<Way>('create')
  // A window that is loaded again while this device is being linked, or a backup restored, goes on with that.
  const isJoining = joiningStore.use(({ state }) => state.state !== 'idle' && state.state !== 'failed')
  const isRestoring = restoringStore.use(({ state }) => state.running !== null)
  const way = isJoining ? 'link' : isRestoring ? 'backup' : chosen
  const back = (): void => setWay('create')
  return (
    <main className={css.page}>
      <div className={css.column}>
        {identity.state === 'locked' ? (
          <Locked why={identity.why} />
        ) : way === 'create' ? (
          <Create onWay={setWay} />
        ) : way === 'restore' ? (
          <Restore onBack={back} />
        ) : (
          <div className={css.form}>
            <Head title={t(way === 'link' ? 'devices.join.title' : 'backup.restore.title')} text={isJoining ? '' : t(way === 'link' ? 'devices.join.text' : 'backup.restore.text')} />
            {way === 'link' ? <JoinDevice onBack={back} /> : <RestoreBackup onBack={back} />}
          </div>
        )}
      </div>
    </main>
  )
}

function Create({ onWay }: { onWay: (way: Way) => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [name, setName] = useState('')
  const create = useCall(async (chosen: string) => {
    const me = await client.identity.create({ name: chosen })
    // Offered once, right now, while there is nothing yet to be busy with; Settings keep it for later.
    useDialogs.getState().show('phrase')
    return me
  })

  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (name.trim() !== '') void create.run(name.trim())
      }}
    >
      <Head title={t('welcome.title')} text={t('welcome.text')} />
      <TextField
        label={t('welcome.name')}
        hint={t('welcome.nameHint')}
        value={name}
        maxLength={NAME_MAX_CHARACTERS}
        autoFocus
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
      />
      {create.failure !== null && <FailureNote failure={create.failure} onDismiss={create.dismiss} />}
      <Button type="submit" tone="primary" className={css.wide} busy={create.busy} disabled={name.trim() === ''}>
        {t('welcome.create')}
      </Button>
      <section className={css.ways} aria-label={t('welcome.ways')}>
        <p className={css.text}>{t('welcome.ways')}</p>
        {(['link', 'backup', 'restore'] as const).map((way) => (
          <button key={way} type="button" className={css.way} onClick={() => onWay(way)}>
            {icons[way]}
            <span>
              {t(`welcome.way.${way}`)}
              <span className={css.wayNote}>{t(`welcome.wayNote.${way}`)}</span>
            </span>
            <ChevronRight aria-hidden="true" />
          </button>
        ))}
      </section>
    </form>
  )
}

function Restore({ onBack }: { onBack: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [name, setName] = useState('')
  const [phrase, setPhrase] = useState('')
  const restore = useCall((as: string, words: string) => client.identity.restore({ name: as, phrase: words }))
  const words = phrase.trim() === '' ? [] : phrase.trim().toLowerCase().split(/\s+/)
  const complete = words.length === PHRASE_WORDS && name.trim() !== ''

  return (
    <form
      className={css.form}
      onSubmit={(event) => {
        event.preventDefault()
        if (complete) void restore.run(name.trim(), words.join(' '))
      }}
    >
      <Head title={t('welcome.restoreTitle')} text={t('welcome.restoreText')} />
      <TextField
        label={t('welcome.name')}
        value={name}
        maxLength={NAME_MAX_CHARACTERS}
        autoFocus
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
      />
      <TextArea
        label={t('welcome.phrase')}
        hint={t('welcome.phraseHint', { count: words.length, of: PHRASE_WORDS })}
        value={phrase}
        rows={3}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="none"
        onChange={(event) => setPhrase(event.target.value)}
      />
      {restore.failure !== null && (
        <FailureNote failure={restore.failure} kept={t('welcome.phraseKept')} onDismiss={restore.dismiss} />
      )}
      <Button type="submit" tone="primary" className={css.wide} busy={restore.busy} disabled={!complete}>
        {t('welcome.restore')}
      </Button>
      <Button tone="quiet" className={css.wide} onClick={onBack}>
        {t('back')}
      </Button>
    </form>
  )
}

function Locked({ why }: { why: string }): ReactNode {
  const { t } = useTranslation()
  return (
    <div className={css.form}>
      <span className={css.locked}>
        <Lock aria-hidden="true" />
      </span>
      <div className={css.head}>
        <h1 className={css.title}>{t('welcome.lockedTitle')}</h1>
        <p className={css.text}>{why}</p>
        <p className={css.text}>{t('welcome.lockedKept')}</p>
      </div>
    </div>
  )
}

function Head({ title, text }: { title: string; text: string }): ReactNode {
  return (
    <>
      <Mark size={64} />
      <div className={css.head}>
        <h1 className={css.title}>{title}</h1>
        {text !== '' && <p className={css.text}>{text}</p>}
      </div>
    </>
  )
}
