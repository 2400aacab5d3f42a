import { File, Folder, Link2, SquareTerminal } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Knock } from '../../../shared/model/door.ts'
import { sizeText } from '../../ui/amounts.ts'
import { cx } from '../../ui/cx.ts'
import { appsStore } from '../settings/apps-store.ts'
import { appOf, kindOf } from './choice.ts'
import css from './KnockWhat.module.css'
import { wantsText } from './knock-wording.ts'

/** What they want, in our words; then what they say it is, and their greeting, quoted and dead. */
export function KnockWhat({ knock, name, floating }: { knock: Knock; name: string; floating: boolean }): ReactNode {
  const { t } = useTranslation()
  return (
    <div className={cx(css.what, floating && css.small)}>
      <p className={css.wants}>
        <bdi>{wantsText(t, knock, name)}</bdi>
      </p>
      <About knock={knock} />
      {knock.page?.offered !== undefined && <p className={css.program}>{t('door.offer.into', knock.page.offered)}</p>}
      <ProgramHere knock={knock} />
      {knock.greeting !== '' && (
        <figure className={css.greeting}>
          <figcaption className="visually-hidden">{t('door.knock.greeting')}</figcaption>
          <blockquote dir="auto">“{knock.greeting}”</blockquote>
        </figure>
      )}
    </div>
  )
}

function About({ knock: { capability, about, page } }: { knock: Knock }): ReactNode {
  const { t } = useTranslation()
  const kind = kindOf(capability)
  const { name, bytes, path } = about
  if (name === null && bytes === null && path === null) {
    return kind === 'file' ? <p className={css.untold}>{t('door.about.untoldFile')}</p> : null
  }
  // A page is asked about in one sentence, which names the site.
  if (page !== null && kind === 'load') return null
  const Icon = page?.offered?.kind === 'folder' ? Folder : kind === 'file' ? File : kind === 'app' ? SquareTerminal : Link2
  const size = bytes === null ? t('door.about.untoldSize') : sizeText(bytes)
  return (
    <div className={css.about}>
      <Icon aria-hidden="true" />
      {name !== null && <Quoted text={name} label={t(`door.about.${nameOf[kind] ?? 'name'}`)} />}
      {path !== null && (
        <Quoted text={path} label={t(kind === 'app' ? 'door.about.method' : 'door.about.path')} />
      )}
      {(kind === 'file' || bytes !== null) && (
        <span className={css.size} title={t('door.about.size')}>
          {size}
        </span>
      )}
    </div>
  )
}

/** What the name is of. */
const nameOf: Partial<Record<ReturnType<typeof kindOf>, 'site' | 'host'>> = { visit: 'site', load: 'site', exit: 'host' }

/** What stands behind `app:` on this side: without a program, letting somebody in for it opens nothing yet. */
function ProgramHere({ knock: { capability } }: { knock: Knock }): ReactNode {
  const { t } = useTranslation()
  const loading = appsStore.use(({ freshness }) => freshness === 'loading')
  const apps = appsStore.use(({ state }) => state)
  if (kindOf(capability) !== 'app' || loading) return null
  const id = appOf(capability)
  const app = [...apps.values()].find((one) => one.id === id)
  if (app === undefined) return <p className={css.program}>{t('door.about.noProgram', { app: id })}</p>
  const title = app.title === '' ? id : app.title
  return (
    <p className={css.program}>
      <bdi>{t(app.isConnected ? 'door.about.program' : 'door.about.programAway', { title })}</bdi>
    </p>
  )
}

/** As many of the last characters as an ending and what is before it need. */
const TAIL = 12
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/**
 * A stranger's words in one line. Where there is no room the middle goes: the end of a file's name is what says what
 * kind of file it is.
 */
function Quoted({ text, label }: { text: string; label: string }): ReactNode {
  // A row of spaces is there to push the end of the name out of sight.
  const letters = [...graphemes.segment(text.replaceAll(/\s+/g, ' '))].map(({ segment }) => segment)
  const cut = Math.max(0, letters.length - TAIL)
  return (
    <q className={css.quoted} dir="auto" title={label}>
      <span className={css.head}>{letters.slice(0, cut).join('')}</span>
      <span className={css.tail}>{letters.slice(cut).join('')}</span>
    </q>
  )
}
