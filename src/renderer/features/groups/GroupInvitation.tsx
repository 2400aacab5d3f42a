import { Eye, History } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { Conversation } from '../../../shared/model/chat.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { paths } from '../../nav/paths.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Face } from '../chats/list/Face.tsx'
import { usePeople } from '../contacts/store.ts'
import { useMe } from '../identity/store.ts'
import css from './Groups.module.css'
import { useNamesOf } from './use-names.ts'

/** More faces than this are a crowd; their number says it. */
const FACES = 6

/** In the place of messages: who invites, who is in it, what would be seen, and the two answers. */
export function GroupInvitation({ conversation }: { conversation: Conversation }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [, go] = useLocation()
  const nameOf = useNamesOf()
  const people = usePeople()
  const me = useMe()?.account ?? null
  const { group } = conversation
  const answer = useCall(async (join: boolean) => {
    if (group === null) return
    await client.groups.answer({ group: group.id, join })
    if (!join) go(paths.chats)
  })
  if (group === null || group.state !== 'invited') return null
  const { title, by, history } = group
  const inIt = group.members.filter(({ state, account }) => state === 'joined' && account !== me)
  const isKnown = (account: (typeof inIt)[number]['account']): boolean => people.get(account)?.petname != null
  const sorted = inIt.toSorted((a, b) => Number(isKnown(b.account)) - Number(isKnown(a.account)))
  const known = inIt.filter(({ account }) => account !== by && isKnown(account)).length
  return (
    <div className={css.place}>
      <section className={css.card} aria-label={t('groups.invitation.label', { title })}>
        <div className={css.head}>
          <Face conversation={conversation} size={56} />
          <h2 className={css.title}>
            <bdi>{t('groups.invitation.title', { name: nameOf(by), title })}</bdi>
          </h2>
        </div>
        <div>
          <p className={css.legend}>
            {t('groups.invitation.who')} · {t('groups.people', { count: inIt.length })}
          </p>
          <ul className={css.faces}>
            {sorted.slice(0, FACES).map(({ account }) => (
              <li key={account} className={css.face}>
                <Avatar of={account} size={24} />
                <bdi>{nameOf(account)}</bdi>
              </li>
            ))}
            {inIt.length > FACES && <li className={css.soft}>{t('groups.invitation.andMore', { count: inIt.length - FACES })}</li>}
          </ul>
          <p className={css.faint}>{t('groups.invitation.known', { count: known })}</p>
        </div>
        <ul className={css.facts}>
          <li>
            <History aria-hidden="true" />
            {t(`groups.invitation.history.${history}`)}
          </li>
          <li>
            <Eye aria-hidden="true" />
            {t('groups.invitation.seen')}
          </li>
        </ul>
        {answer.failure !== null && <FailureNote failure={answer.failure} onDismiss={answer.dismiss} />}
        <div className={css.buttons}>
          <Button tone="primary" busy={answer.busy} onClick={() => void answer.run(true)}>
            {t('groups.invitation.join')}
          </Button>
          <Button busy={answer.busy} onClick={() => void answer.run(false)}>
            {t('groups.invitation.decline')}
          </Button>
        </div>
        <p className={css.faint}>{t('groups.invitation.declineNote')}</p>
      </section>
    </div>
  )
}
