import { useId, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { ArrowUpRight } from 'lucide-react'
import type { Answer, Knock } from '../../../shared/model/door.ts'
import { MINUTE } from '../../../shared/units.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { useWho, type WhoIsIt } from '../contacts/use-who.ts'
import { paths } from '../../nav/paths.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Card } from '../../ui/Card.tsx'
import { Countdown, useSecondsLeft } from '../../ui/Countdown.tsx'
import { cx } from '../../ui/cx.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { iconButton } from '../../ui/IconButton.tsx'
import { Tooltip } from '../../ui/Tooltip.tsx'
import { AnsweredLine } from './AnsweredLine.tsx'
import { AnswerButtons } from './AnswerButtons.tsx'
import css from './KnockCard.module.css'
import { placeText, wantsText } from './wording.ts'

export interface KnockCardProps {
  knock: Knock
  armed: boolean
  /** On the Door's own screen, or floating over another. */
  place: 'screen' | 'floating'
}

/** Somebody at the door: who, what, from where, until when, in that order; then the answers, or the answer given. */
export function KnockCard({ knock, armed, place }: KnockCardProps): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const who = useWho(knock.account, knock.claimedName)
  const keys = useId()
  const [given, setGiven] = useState<Answer | null>(null)
  const answer = useCall(async (answer: Answer) => {
    setGiven(answer)
    await client.door.answer({ id: knock.id, answer })
  })
  const floating = place === 'floating'

  if (knock.state !== 'pending' && knock.state !== 'missed') {
    return <AnsweredLine knock={knock} given={given} name={who.name} floating={floating} />
  }
  return (
    <Card floating={floating} className={css.card} aria-label={t('door.knock.card', { name: who.name })}>
      {knock.state === 'pending' && (
        <Countdown fromMs={Math.max(knock.receivedMs, knock.untilMs - MINUTE)} untilMs={knock.untilMs} />
      )}
      <div className={cx(css.inside, floating && css.small)}>
        <Who knock={knock} who={who} floating={floating} />
        <div>
          <p className={css.wants}>{wantsText(t, knock.capability)}</p>
          {knock.greeting !== '' && (
            <figure className={css.greeting}>
              <figcaption className="visually-hidden">{t('door.knock.greeting')}</figcaption>
              <blockquote dir="auto">“{knock.greeting}”</blockquote>
            </figure>
          )}
        </div>
        <ul className={css.facts}>
          <li>
            {t(`route.${knock.route}`)} ·{' '}
            <span className={css.mono} title={knock.address}>
              {placeText(knock.address)}
            </span>
          </li>
          {knock.state === 'pending' && <TimeLeft untilMs={knock.untilMs} />}
        </ul>
        {answer.failure !== null && <FailureNote failure={answer.failure} onDismiss={answer.dismiss} />}
        <AnswerButtons
          armed={armed && !answer.busy}
          room={floating ? 'few' : 'all'}
          describedBy={keys}
          onAnswer={(answered) => void answer.run(answered)}
        />
        <p id={keys} className="visually-hidden">
          {t('door.knock.keys')}
        </p>
      </div>
    </Card>
  )
}

/** Name, picture, safety words, and how often they stood here before. */
function Who({ knock, who, floating }: { knock: Knock; who: WhoIsIt; floating: boolean }): ReactNode {
  const { t } = useTranslation()
  const { name, claimed, person } = who
  const words = person?.safetyWords ?? []
  return (
    <header className={css.who}>
      <Avatar of={knock.account} size={40} />
      <div className={css.words}>
        <h2 className={css.name}>
          <bdi>{name}</bdi>
          {person?.demo === true && <span className={css.tag}>{t('person.demo')}</span>}
        </h2>
        {claimed !== null && (
          <p className={css.fact}>
            <bdi>{t('person.callsThemselves', { name: claimed })}</bdi>
          </p>
        )}
        {words.length > 0 && (
          <p className={css.safety} title={t('door.knock.safetyWords')}>
            <span className="visually-hidden">{t('door.knock.safetyWords')}: </span>
            {words.join(' ')}
          </p>
        )}
        <p className={css.fact}>
          {t('door.knock.before', { count: knock.before })}
          {knock.requests > 1 && ` · ${t('door.knock.requests', { count: knock.requests })}`}
        </p>
      </div>
      {floating && (
        <Tooltip text={t('door.knock.open')}>
          <Link
            href={paths.doorSection('knocks')}
            className={cx(iconButton, css.open)}
            aria-label={t('door.knock.open')}
          >
            <ArrowUpRight />
          </Link>
        </Tooltip>
      )}
    </header>
  )
}

function TimeLeft({ untilMs }: { untilMs: number }): ReactNode {
  const { t } = useTranslation()
  const count = useSecondsLeft(untilMs)
  return <li>{count === 0 ? t('door.knock.overdue') : t('door.knock.left', { count })}</li>
}
