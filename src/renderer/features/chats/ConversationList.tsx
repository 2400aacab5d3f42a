import { Archive, MessageCirclePlus, Search, TextSearch, UserPlus, Users, UsersRound } from 'lucide-react'
import { useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Virtuoso } from 'react-virtuoso'
import { Link, useLocation } from 'wouter'
import { contactsStore } from '../contacts/store.ts'
import { peerOf, peersStore } from '../peers/store.ts'
import { useDialogs } from '../../nav/dialogs.ts'
import { modifier } from '../../nav/modifier.ts'
import { paths } from '../../nav/paths.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { TextField } from '../../ui/Field.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'
import { rowAction } from '../../ui/Row.tsx'
import { SegmentedControl } from '../../ui/SegmentedControl.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { titleOf } from './acts/AskActs.tsx'
import css from './ConversationList.module.css'
import { ConversationMenu, type MenuAt } from './list/ConversationMenu.tsx'
import { ConversationRow, PersonRow } from './list/ConversationRow.tsx'
import { isListed, listEntries, type Filter, type ListEntry } from './list-entries.ts'
import { chatsStore } from './store.ts'
import { useNames } from './use-names.ts'
import { useNextConversation } from './use-next-conversation.ts'

/** Fewer than this are found with the eyes. */
const FILTERS_FROM = 6

/** Every conversation, and everybody there could be one with. `here`: the path of the one that is open. */
export function ConversationList({ here }: { here: string | null }): ReactNode {
  const { t } = useTranslation()
  const held = modifier()
  const [, go] = useLocation()
  const show = useDialogs((dialogs) => dialogs.show)
  const loading = chatsStore.use(({ freshness }) => freshness === 'loading')
  const conversations = chatsStore.use(({ state }) => state.conversations)
  const people = contactsStore.use(({ state }) => state)
  const peers = peersStore.use(({ state }) => state.peers)
  const names = useNames()
  const [query, setQuery] = useState('')
  const [filter, setFilter] = useState<Filter>('all')
  const [showArchived, setShowArchived] = useState(false)
  const [menu, setMenu] = useState<MenuAt | null>(null)
  const entries = useMemo(
    () =>
      listEntries(conversations, people, (account) => peerOf(peers, account)?.state === 'connected', {
        filter,
        query,
        showArchived,
        titleOf: (conversation) => titleOf(conversation, names.of, t('chats.notes.title')),
      }),
    [conversations, people, peers, filter, query, showArchived, names, t],
  )
  useNextConversation(entries, here)
  const archived = useMemo(() => [...conversations.values()].filter(({ choices }) => choices.archived).length, [conversations])
  const context: Context = { here, onMenu: setMenu }
  const hasAny = people.size > 0 || [...conversations.values()].some(isListed)

  return (
    <>
      <PaneHeader
        title={t('chats.title')}
        actions={
          <>
            <IconButton label={t('search.command')} shortcut={`${held}⇧F`} icon={<TextSearch />} onClick={() => go(paths.search)} />
            <IconButton label={t('groups.new')} shortcut={`${held}⇧G`} icon={<UsersRound />} onClick={() => show('new-group')} />
            <IconButton label={t('chats.start')} shortcut={`${held}N`} icon={<MessageCirclePlus />} onClick={() => show('start-chat')} />
          </>
        }
      />
      {loading ? (
        <Skeleton label={t('chats.loading')} />
      ) : !hasAny ? (
        <div className={css.narrowOnly}>
          <Nobody />
        </div>
      ) : (
        <>
          <div className={css.find}>
            <TextField
              label={t('chats.find.label')}
              hideLabel
              type="search"
              icon={<Search />}
              placeholder={t('chats.find.label')}
              value={query}
              onChange={(event) => setQuery(event.target.value)}
            />
            {conversations.size >= FILTERS_FROM && (
              <SegmentedControl
                label={t('chats.filter.label')}
                value={filter}
                onChange={setFilter}
                options={(['all', 'unread', 'groups'] as const).map((value) => ({ value, label: t(`chats.filter.${value}`) }))}
              />
            )}
          </div>
          {query.trim() !== '' && (
            <div className={css.entry}>
              <Link href={paths.searchOf(query.trim())} className={`${rowAction ?? ''} ${css.deep ?? ''}`}>
                <Search />
                <span>{t('chats.find.messages', { query: query.trim() })}</span>
              </Link>
            </div>
          )}
          {entries.length === 0 ? (
            <p className={css.none}>{query.trim() === '' ? t(`chats.filter.none.${filter}`) : t('chats.find.none', { query: query.trim() })}</p>
          ) : (
            <nav className={css.list} aria-label={t('chats.listLabel')}>
              <Virtuoso
                data={entries}
                context={context}
                computeItemKey={keyOf}
                increaseViewportBy={200}
                itemContent={renderEntry}
              />
            </nav>
          )}
          {archived > 0 && query.trim() === '' && (
            <button type="button" className={css.archived} aria-expanded={showArchived} onClick={() => setShowArchived(!showArchived)}>
              <Archive />
              <span>{showArchived ? t('chats.archived.hide') : t('chats.archived.show')}</span>
              <span className={css.count}>{archived}</span>
            </button>
          )}
        </>
      )}
      {menu !== null && <ConversationMenu key={menu.conversation.id} at={menu} onClose={() => setMenu(null)} />}
    </>
  )
}

interface Context {
  here: string | null
  onMenu: (at: MenuAt) => void
}

function keyOf(_: number, entry: ListEntry): string {
  return entry.kind === 'label' ? entry.label : entry.path
}

function renderEntry(_: number, entry: ListEntry, { here, onMenu }: Context): ReactNode {
  return <Entry entry={entry} isHere={entry.kind !== 'label' && entry.path === here} onMenu={onMenu} />
}

/** Nobody was met yet: in the content, or in the list where there is no room for both. */
export function Nobody(): ReactNode {
  const { t } = useTranslation()
  const show = useDialogs((dialogs) => dialogs.show)
  return (
    <EmptyState
      icon={<Users />}
      title={t('chats.empty.title')}
      text={t('chats.empty.text')}
      action={
        <Button tone="primary" icon={<UserPlus />} onClick={() => show('invite')}>
          {t('chats.empty.invite')}
        </Button>
      }
    />
  )
}

function Entry({ entry, isHere, onMenu }: { entry: ListEntry; isHere: boolean; onMenu: (at: MenuAt) => void }): ReactNode {
  const { t } = useTranslation()
  if (entry.kind === 'label') return <h2 className={css.label}>{t(`chats.${entry.label === 'people' ? 'people' : 'archived.title'}`)}</h2>
  return (
    <div
      className={css.entry}
      onContextMenu={(event) => {
        if (entry.kind !== 'conversation') return
        event.preventDefault()
        onMenu({ conversation: entry.conversation, x: event.clientX, y: event.clientY })
      }}
    >
      <Link href={entry.path} className={rowAction ?? ''} aria-current={isHere ? 'page' : undefined}>
        {entry.kind === 'conversation' ? (
          <ConversationRow conversation={entry.conversation} isHere={isHere} />
        ) : (
          <PersonRow account={entry.account} />
        )}
      </Link>
    </div>
  )
}
