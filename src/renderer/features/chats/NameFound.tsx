import { BookOpenText, CircleSlash, Hourglass, MapPin, SearchX } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { AccountId } from '../../../shared/ids.ts'
import type { Lookup } from '../../../shared/model/names.ts'
import { usePerson } from '../contacts/store.ts'
import { useMe } from '../identity/store.ts'
import type { LookupState } from '../names/lookup-state.ts'
import { useTld } from '../names/store.ts'
import { useNameWords } from '../names/use-name-words.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { Key } from '../../ui/Key.tsx'
import { Time } from '../../ui/Time.tsx'
import { countText } from '../../ui/amounts.ts'
import { foundIn } from './by-name.ts'
import css from './NameFound.module.css'
import { Trusted } from './Trusted.tsx'

export interface NameFoundProps {
  name: string
  state: LookupState
  onAgain: () => void
}

/** What a look-up comes to, in brief: whose the name is, and how old both answers are. */
export function NameFound({ name, state, onAgain }: NameFoundProps): ReactNode {
  const { t } = useTranslation()
  const { failure, lookup, phase, steps } = state
  const tld = useTld()
  if (phase === 'failed' && failure !== null) return <FailureNote failure={failure} onRetry={onAgain} />
  const found = lookup === null ? null : foundIn(lookup, tld)
  const last = steps.findLast(({ why }) => why !== '')
  return (
    <div className={css.found}>
      <p className={css.name} dir="ltr">
        {name}
      </p>
      {/* Read out as a whole when it ends; each step on the way would be noise. */}
      <output className={css.outcome} aria-busy={phase === 'running'}>
        {phase === 'running' && lookup === null && (
          <span className={css.running}>
            <Hourglass />
            <span className={css.step}>{last === undefined ? t('chats.byName.asking') : last.why}</span>
          </span>
        )}
        {phase === 'stopped' && lookup === null && <span className={css.note}>{t('chats.byName.stopped')}</span>}
        {lookup !== null && found !== null && (
          <>
            <Owner account={found.owner} />
            <Clocks lookup={lookup} />
          </>
        )}
        {lookup !== null && found === null && <Nobody lookup={lookup} />}
      </output>
    </div>
  )
}

/** Whose it is, by what they are called here. */
function Owner({ account }: { account: AccountId }): ReactNode {
  const { t } = useTranslation()
  const person = usePerson(account)
  const words = useNameWords()
  const isMe = useMe()?.account === account
  return (
    <span className={css.owner}>
      <Avatar of={account} size={40} />
      <span className={css.who}>
        <span className={css.called}>
          <bdi>{isMe ? t('chats.byName.you') : person === null ? t('chats.byName.stranger') : words.who(account)}</bdi>
          <Trusted person={person} />
        </span>
        <Key value={account} label={t('key.account')} />
      </span>
    </span>
  )
}

/** As of when it is owned, and how old what it points to is. */
function Clocks({ lookup }: { lookup: Lookup }): ReactNode {
  const { t } = useTranslation()
  const { ledger, zone } = lookup
  return (
    <span className={css.clocks}>
      <span className={css.clock}>
        <BookOpenText />
        <span>
          {ledger === null ? t('chats.byName.noLedger') : t('chats.byName.block', { height: countText(ledger.height) })}
          {ledger !== null && (
            <>
              {' · '}
              <Time form="ago" atMs={ledger.atMs} />
            </>
          )}
        </span>
      </span>
      <span className={css.clock}>
        {zone === null ? <CircleSlash /> : <MapPin />}
        <span>
          {zone === null ? t('chats.byName.noZone') : t('chats.byName.signed')}
          {zone !== null && (
            <>
              {' '}
              <Time form="ago" atMs={zone.issuedAtMs} />
            </>
          )}
        </span>
      </span>
    </span>
  )
}

/** Why it leads to nobody. */
function Nobody({ lookup: { fullName, outcome } }: { lookup: Lookup }): ReactNode {
  const { t } = useTranslation()
  switch (outcome.outcome) {
    case 'catching-up':
      return (
        <Why icon={<Hourglass />} title={t(outcome.blocksLeft === null ? 'chats.byName.waitsForOthers' : 'chats.byName.catchingUp')}>
          {outcome.blocksLeft === null ? t('chats.byName.left') : t('chats.byName.blocksLeft', { count: outcome.blocksLeft })}
        </Why>
      )
    case 'nobody':
      return (
        <Why icon={<SearchX />} title={t('chats.byName.nobody', { name: fullName })}>
          {outcome.why}
        </Why>
      )
    case 'refused':
      return (
        <Why icon={<SearchX />} title={t('chats.byName.refused')}>
          {outcome.why}
        </Why>
      )
    default:
      return null
  }
}

function Why({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }): ReactNode {
  return (
    <span className={css.why}>
      {icon}
      <span>
        <strong>{title}</strong>
        {children !== `${title}.` && <span className={css.note}>{children}</span>}
      </span>
    </span>
  )
}
