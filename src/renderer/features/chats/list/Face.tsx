import { NotebookPen, Users } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Conversation } from '../../../../shared/model/chat.ts'
import { Avatar } from '../../../ui/Avatar.tsx'
import { pictureSource } from '../files/sizes.ts'
import css from './Face.module.css'

export interface FaceProps {
  conversation: Pick<Conversation, 'kind' | 'with' | 'group' | 'id'>
  size?: 24 | 32 | 40 | 56
}

/** A conversation's picture: of a person, drawn from the key; of a group, its own or a sign. */
export function Face({ conversation, size = 32 }: FaceProps): ReactNode {
  const { kind, group } = conversation
  if (kind === 'direct' && conversation.with !== null) return <Avatar of={conversation.with} size={size} />
  const source = group?.picture == null ? null : pictureSource(group.picture, MAX_SIDE)
  if (source !== null) return <img className={css.picture} src={source} alt="" width={size} height={size} draggable={false} />
  return (
    <span className={css.sign} style={{ '--size': `${size}px` }} aria-hidden="true">
      {kind === 'self' ? <NotebookPen /> : <Users />}
    </span>
  )
}

/** Twelve kilobytes can say that they are a picture of ten thousand pixels; one that is shown this small is not. */
const MAX_SIDE = 1_024
