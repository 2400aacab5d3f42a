import { ShieldAlert } from 'lucide-react'
import { useId, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Answer, Knock } from '../../../shared/model/door.ts'
import { MINUTE } from '../../../shared/units.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { useWho } from '../contacts/use-who.ts'
import { Card } from '../../ui/Card.tsx'
import { Countdown, useSecondsLeft } from '../../ui/Countdown.tsx'
import { cx } from '../../ui/cx.ts'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { clock } from '../../ui/when.ts'
import { AnsweredLine } from './AnsweredLine.tsx'
import { AnswerButtons } from './AnswerButtons.tsx'
import { useGiven } from './given.ts'
import css from './KnockCard.module.css'
import { KnockWhat } from './KnockWhat.tsx'
import { KnockWho } from './KnockWho.tsx'
import { askedBy, knockSentence, lookOf, placeText } from './knock-wording.ts'
import { useRelayName } from './use-relay-name.ts'

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
  const through = useRelayName(knock)
  const give = useGiven((given) => given.give)
  const answer = useCall(async (answer: Answer) => {
    give(knock.id, answer)
    await client.door.answer({ id: knock.id, answer })
  })
  const floating = place === 'floating'
  const isOpen = knock.state === 'pending' || knock.state === 'queued'

  if (!isOpen && knock.state !== 'missed') return <AnsweredLine knock={knock} floating={floating} />
  const look = lookOf(who.person)
  const asker = askedBy(knock)
  const sentence = knockSentence(t, knock, { name: who.name, look, through })
  return (
    <Card
      floating={floating}
      className={cx(css.card, look === 'changed' && css.changedCard)}
      aria-label={t(`door.${asker}.card`, { name: who.name })}
      aria-description={
        isOpen ? `${sentence} ${t('door.knock.unanswered', { time: clock(knock.untilMs) })}` : sentence
      }
    >
      {isOpen && <Countdown fromMs={Math.max(knock.receivedMs, knock.untilMs - MINUTE)} untilMs={knock.untilMs} />}
      {look === 'changed' && <Changed name={who.name} />}
      <div className={cx(css.inside, floating && css.small)}>
        <KnockWho knock={knock} who={who} look={look} floating={floating} />
        <KnockWhat knock={knock} name={who.name} floating={floating} />
        <ul className={css.facts}>
          {asker === 'knock' ? <From knock={knock} through={through} /> : <li>{t(`door.${asker}.from`)}</li>}
          {isOpen && <TimeLeft untilMs={knock.untilMs} />}
        </ul>
        {answer.failure !== null && <FailureNote failure={answer.failure} onDismiss={answer.dismiss} />}
        <AnswerButtons
          knock={knock}
          name={who.name}
          armed={armed && !answer.busy}
          floating={floating}
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

function From({ knock: { route, address }, through }: { knock: Knock; through: string | null }): ReactNode {
  const { t } = useTranslation()
  return (
    <li className={css.from} title={t(`route.${route}Note`)}>
      {through === null ? t(`route.${route}`) : t('door.knock.through', { name: through })} ·{' '}
      <span className={css.mono} title={address}>
        {placeText(address)}
      </span>
    </li>
  )
}

/** Nobody answers past this without having seen it. */
function Changed({ name }: { name: string }): ReactNode {
  const { t } = useTranslation()
  return (
    <div className={css.changed}>
      <ShieldAlert aria-hidden="true" />
      <div>
        <p className={css.changedTitle}>
          <bdi>{t('door.knock.changed', { name })}</bdi>
        </p>
        <p>{t('door.knock.changedText')}</p>
      </div>
    </div>
  )
}

/** Above this, seconds are noise. */
const SECONDS_MOST = 120

function TimeLeft({ untilMs }: { untilMs: number }): ReactNode {
  const { t } = useTranslation()
  const count = useSecondsLeft(untilMs)
  if (count === 0) return <li>{t('door.knock.overdue')}</li>
  if (count <= SECONDS_MOST) return <li>{t('door.knock.left', { count })}</li>
  return <li>{t('door.knock.leftMinutes', { count: Math.floor(count / 60) })}</li>
}
