import { Ban, ChevronDown, Ellipsis, EyeOff, OctagonX } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Answer } from '../../../shared/model/door.ts'
import { cx } from '../../ui/cx.ts'
import { Menu, type MenuItem } from '../../ui/Menu.tsx'
import { VerdictIcon } from '../../ui/VerdictIcon.tsx'
import css from './AnswerButtons.module.css'
import { useDeliberate } from './use-deliberate.ts'

export interface AnswerButtonsProps {
  armed: boolean
  /** Room for every answer, or for the two that are usually given. */
  room: 'all' | 'few'
  /** The id of the line that says how the keyboard answers. */
  describedBy: string
  onAnswer: (answer: Answer) => void
}

/** Deny comes first and is the largest; letting somebody in takes aim. */
export function AnswerButtons({ armed, room, describedBy, onAnswer }: AnswerButtonsProps): ReactNode {
  const { t } = useTranslation()
  const deny = useDeliberate(armed, () => onAnswer({ verdict: 'deny', until: 'once' }))
  const allow = useDeliberate(armed, () => onAnswer({ verdict: 'allow', until: 'once' }))
  const open = useDeliberate(armed, null)

  const allowFor = (until: 'once' | 'quit' | 'forever'): MenuItem => ({
    id: until,
    label: t(`door.answer.allow.${until}`),
    note: t(`door.answer.allowNote.${until}`),
    icon: <VerdictIcon verdict="allow" />,
    onChoose: () => onAnswer({ verdict: 'allow', until }),
  })
  const denyForever: MenuItem = {
    id: 'deny-forever',
    label: t('door.answer.denyForever'),
    note: t('door.answer.denyForeverNote'),
    icon: <OctagonX />,
    onChoose: () => onAnswer({ verdict: 'deny', until: 'forever' }),
  }
  const ignore: MenuItem = {
    id: 'ignore',
    label: t('door.answer.ignore'),
    note: t('door.answer.ignoreNote'),
    icon: <EyeOff />,
    onChoose: () => onAnswer({ verdict: 'ignore' }),
  }
  const block: MenuItem = {
    id: 'block',
    label: t('door.answer.block'),
    note: t('door.answer.blockNote'),
    icon: <Ban />,
    tone: 'danger',
    onChoose: () => onAnswer({ verdict: 'block' }),
  }

  return (
    <div className={cx(css.answers, room === 'few' && css.few)}>
      <button type="button" className={cx(css.button, css.deny)} aria-describedby={describedBy} {...deny}>
        <VerdictIcon verdict="deny" />
        {t('door.answer.deny')}
      </button>
      <span className={css.split}>
        <button type="button" className={cx(css.button, css.allow)} aria-describedby={describedBy} {...allow}>
          <VerdictIcon verdict="allow" />
          {t('door.answer.allow.once')}
        </button>
        <Menu
          disabled={!armed}
          align="start"
          trigger={
            <button type="button" className={cx(css.button, css.chevron)} aria-label={t('door.answer.how')} {...open}>
              <ChevronDown />
            </button>
          }
          groups={[[allowFor('quit'), allowFor('forever')]]}
        />
      </span>
      {room === 'all' && (
        <>
          <Quiet armed={armed} describedBy={describedBy} item={ignore} />
          <Quiet armed={armed} describedBy={describedBy} item={block} />
        </>
      )}
      <Menu
        disabled={!armed}
        trigger={
          <button type="button" className={cx(css.button, css.more)} aria-label={t('door.answer.more')} {...open}>
            <Ellipsis />
          </button>
        }
        groups={room === 'all' ? [[denyForever]] : [[ignore, denyForever], [block]]}
      />
    </div>
  )
}

function Quiet({ armed, describedBy, item }: { armed: boolean; describedBy: string; item: MenuItem }): ReactNode {
  const deliberate = useDeliberate(armed, item.onChoose)
  return (
    <button
      type="button"
      className={cx(css.button, css.quiet)}
      title={item.note}
      aria-describedby={describedBy}
      {...deliberate}
    >
      {item.icon}
      {item.label}
    </button>
  )
}
