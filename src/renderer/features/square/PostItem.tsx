import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Post } from '../../../shared/model/square.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { cx } from '../../ui/cx.ts'
import { Day, NewBelow } from '../../ui/Dividers.tsx'
import { MessageText } from '../chats/MessageText.tsx'
import { AuthorButton } from './AuthorButton.tsx'
import type { Muted } from './JustMuted.tsx'
import { PathButton } from './PathButton.tsx'
import type { Place } from './place.ts'
import css from './PostItem.module.css'
import { useAuthor } from './use-author.ts'

export interface PostItemProps {
  post: Post
  place: Place
  onMuted: (muted: Muted) => void
}

/** What somebody said in a room: who, by which key, and how it came here. */
export function PostItem({ post, place, onMuted }: PostItemProps): ReactNode {
  const { t } = useTranslation()
  const author = useAuthor(post.author, post.claimedName)
  const name = post.mine ? t('you') : author.name
  return (
    <article className={css.item} aria-label={name}>
      {place.newDay && <Day atMs={post.receivedMs} />}
      {place.firstNew && <NewBelow>{t('square.room.new')}</NewBelow>}
      <div className={cx(css.post, place.opens && css.opens)}>
        <span className={css.picture}>{place.opens && <Avatar of={post.author} />}</span>
        <div className={css.words}>
          {place.opens && <AuthorButton post={post} author={author} onMuted={onMuted} />}
          <div dir="auto">
            <p className={css.text}>
              <MessageText text={post.text} />
            </p>
            <PathButton post={post} inHead={place.opens} />
          </div>
        </div>
      </div>
    </article>
  )
}
