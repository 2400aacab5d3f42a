import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Post, PostId, Room } from '../../../shared/model/square.ts'
import { useClient } from '../../bridge/bridge.tsx'
import type { Call } from '../../bridge/use-call.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Log } from '../../ui/Log.tsx'
import { useAttention } from '../../ui/use-attention.ts'
import type { Muted } from './JustMuted.tsx'
import { placeOf } from './place.ts'
import { PostItem } from './PostItem.tsx'
import type { Held } from './state.ts'
import { useAuthor } from './use-author.ts'

export interface PostListProps {
  room: Room
  held: Held
  older: Call<[], void>
  onMuted: (muted: Muted) => void
}

export function PostList({ room, held, older, onMuted }: PostListProps): ReactNode {
  const { t } = useTranslation()
  const [atEnd, setAtEnd] = useState(true)
  const { posts, firstIndex, more } = held
  const newest = posts.at(-1)
  const firstNew = useFirstNew(room, posts)
  const below = useBelow(posts, atEnd)
  const arrived = useArrived(newest)
  useMarkRead(room, newest, atEnd)

  return (
    <Log
      label={t('square.room.said', { name: room.name })}
      items={posts}
      firstIndex={firstIndex}
      render={(post, index) => <PostItem post={post} place={placeOf(posts, index, firstNew)} onMuted={onMuted} />}
      beginning={<Beginning older={older} more={more} />}
      onBeginning={() => {
        if (more && !older.busy) void older.run()
      }}
      atEnd={atEnd}
      onAtEnd={setAtEnd}
      follow={newest?.mine === true ? newest.id : null}
      toEnd={{
        label: t('square.room.toEnd'),
        text: below === 0 ? null : t('square.room.toEndCount', { count: below }),
      }}
      arrived={arrived}
    />
  )
}

function Beginning({ older, more }: { older: Call<[], void>; more: boolean }): ReactNode {
  const { t } = useTranslation()
  if (older.failure !== null) return <FailureNote failure={older.failure} onRetry={() => void older.run()} />
  return <p>{more ? t('square.room.older') : t('square.room.begins')}</p>
}

/** The first message that was unread when the room was opened; it stays where it is while one reads. */
function useFirstNew({ unread }: Room, posts: readonly Post[]): PostId | null {
  const [firstNew] = useState(() => {
    if (unread === 0) return null
    return posts.filter(({ mine }) => !mine).at(-Math.min(unread, posts.length))?.id ?? null
  })
  return firstNew
}

/** How many messages of others came while one was reading further up. */
function useBelow(posts: readonly Post[], atEnd: boolean): number {
  const newest = posts.at(-1)?.id ?? null
  const [seen, setSeen] = useState(newest)
  if (atEnd && seen !== newest) setSeen(newest)
  if (atEnd) return 0
  // Where the one seen last is gone, its author was muted: what came after it is not counted by guess.
  const from = posts.findIndex(({ id }) => id === seen)
  return from === -1 ? 0 : posts.slice(from + 1).filter(({ mine }) => !mine).length
}

/** What others say while the room is open, to be read out. */
function useArrived(newest: Post | undefined): string | null {
  const [opened] = useState(newest?.receivedMs ?? 0)
  const { name } = useAuthor(newest?.author ?? null, newest?.claimedName ?? '')
  const arrived = newest !== undefined && !newest.mine && newest.receivedMs > opened
  return arrived ? `${name}: ${newest.text}` : null
}

/** Read is what was on screen, at the end, in a window that somebody looks at. */
function useMarkRead({ name, unread }: Room, newest: Post | undefined, atEnd: boolean): void {
  const client = useClient()
  const attended = useAttention()
  const id = newest?.id
  useEffect(() => {
    if (!atEnd || !attended || unread === 0 || id === undefined) return
    // When it fails the count stays, and the next message or look tries again.
    client.square.markRead({ room: name }).catch(() => {})
  }, [client, name, unread, id, atEnd, attended])
}
