import { ArrowDown, ArrowUp, Ellipsis, Pencil, Search, Star, Trash2 } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Bookmark } from '../../../shared/model/browse.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextField } from '../../ui/Field.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { PaneHeader, type PaneHeaderProps } from '../../ui/Panes.tsx'
import { Row } from '../../ui/Row.tsx'
import { Page } from '../../ui/Section.tsx'
import { shortAddress } from './address.ts'
import css from './ListPages.module.css'
import { SiteLink } from './SiteLink.tsx'
import { browseStore } from './store.ts'

/** Below this many, nobody needs to search. */
const SEARCHED_FROM = 9

/** The pages that one kept, and what they are called. */
export function BookmarksPage({ back }: { back: PaneHeaderProps['back'] }): ReactNode {
  const { t } = useTranslation()
  const bookmarks = browseStore.use(({ state }) => state.bookmarks)
  const [text, setText] = useState('')
  const [renamed, setRenamed] = useState<string | null>(null)
  const query = text.trim().toLowerCase()
  const found = bookmarks.filter(({ url, title }) => `${url} ${title}`.toLowerCase().includes(query))
  return (
    <>
      <PaneHeader title={t('browsePages.bookmarks.title')} {...(back === undefined ? {} : { back })} />
      {bookmarks.length === 0 ? (
        <EmptyState icon={<Star />} title={t('browsePages.bookmarks.empty.title')} text={t('browsePages.bookmarks.empty.text')} />
      ) : (
        <Page>
          {bookmarks.length >= SEARCHED_FROM && (
            <TextField
              type="search"
              label={t('browsePages.bookmarks.search')}
              hideLabel
              icon={<Search />}
              placeholder={t('browsePages.history.placeholder')}
              maxLength={200}
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          )}
          {found.length === 0 ? (
            <EmptyState icon={<Search />} title={t('browsePages.bookmarks.none.title', { query: text.trim() })} text={t('browsePages.bookmarks.none.text')} />
          ) : (
            <ul>
              {found.map((bookmark) =>
                bookmark.url === renamed ? (
                  <Rename key={bookmark.url} bookmark={bookmark} onDone={() => setRenamed(null)} />
                ) : (
                  <Line
                    key={bookmark.url}
                    bookmark={bookmark}
                    // Among some of them a place means nothing.
                    at={query === '' ? { index: bookmarks.indexOf(bookmark), of: bookmarks.length } : null}
                    onRename={() => setRenamed(bookmark.url)}
                  />
                ),
              )}
            </ul>
          )}
        </Page>
      )}
    </>
  )
}

interface LineProps {
  bookmark: Bookmark
  /** Its place in the whole list; null while only a part of that is seen. */
  at: { index: number; of: number } | null
  onRename: () => void
}

function Line({ bookmark: { url, title }, at, onRename }: LineProps): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const remove = useCall(() => client.browse.removeBookmark({ url }))
  const move = useCall((index: number) => client.browse.moveBookmark({ url, index }))
  const failed = remove.failure === null ? move : remove
  const short = shortAddress(url)
  const moves =
    at === null || at.of < 2
      ? []
      : [
          { id: 'up', label: t('browsePages.bookmarks.up'), icon: <ArrowUp />, disabled: at.index === 0, onChoose: () => void move.run(at.index - 1) },
          { id: 'down', label: t('browsePages.bookmarks.down'), icon: <ArrowDown />, disabled: at.index === at.of - 1, onChoose: () => void move.run(at.index + 1) },
        ]
  return (
    <li className={css.row}>
      <SiteLink url={url} className={css.open}>
        <Row leading={<Star />} title={<bdi>{short}</bdi>} {...(title === '' ? {} : { detail: <bdi>{title}</bdi> })} />
      </SiteLink>
      {failed.failure !== null && <FailureNote failure={failed.failure} onDismiss={failed.dismiss} />}
      <Menu
        trigger={<IconButton label={t('browsePages.bookmarks.menu', { name: short })} icon={<Ellipsis />} />}
        groups={[
          ...(moves.length === 0 ? [] : [moves]),
          [
            { id: 'rename', label: t('browsePages.bookmarks.rename'), icon: <Pencil />, onChoose: onRename },
            { id: 'remove', label: t('browsePages.bookmarks.remove'), icon: <Trash2 />, tone: 'danger', onChoose: () => void remove.run() },
          ],
        ]}
      />
    </li>
  )
}

function Rename({ bookmark: { url, title }, onDone }: { bookmark: Bookmark; onDone: () => void }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [text, setText] = useState(title)
  const save = useCall(() => client.browse.bookmark({ url, title: text.trim() }))
  return (
    <li className={css.row}>
      <form
        className={css.rename}
        onSubmit={(event) => {
          event.preventDefault()
          void save.run().then((saved) => saved !== null && onDone())
        }}
      >
        <TextField
          className={css.search}
          label={t('browsePages.bookmarks.name')}
          hideLabel
          // Chosen a moment ago, to be written in.
          autoFocus
          dir="auto"
          maxLength={200}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') onDone()
          }}
        />
        <Button type="submit" busy={save.busy}>
          {t('browsePages.bookmarks.save')}
        </Button>
        <Button tone="quiet" onClick={onDone}>
          {t('cancel')}
        </Button>
      </form>
      {save.failure !== null && <FailureNote failure={save.failure} onDismiss={save.dismiss} />}
    </li>
  )
}
