import type { ReactNode } from 'react'
import type { AccountId } from '../../../../shared/ids.ts'
import { cx } from '../../../ui/cx.ts'
import { useMe } from '../../identity/store.ts'
import { usePerson } from '../../contacts/store.ts'
import { nameOf } from '../../../../shared/model/contacts.ts'
import css from './Markdown.module.css'

/** Somebody who is named in a message, by your name for them; whoever wrote it may call them otherwise. */
export function PersonChip({ account, written }: { account: AccountId; written: ReactNode }): ReactNode {
  const person = usePerson(account)
  const isMe = useMe()?.account === account
  const name = person === null ? '' : nameOf(person)
  return <bdi className={cx(css.person, isMe && css.me)}>{name === '' ? written : `@${name}`}</bdi>
}
