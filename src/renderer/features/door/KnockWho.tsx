import { ArrowUpRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Knock } from '../../../shared/model/door.ts'
import type { WhoIsIt } from '../contacts/use-who.ts'
import { paths } from '../../nav/paths.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { cx } from '../../ui/cx.ts'
import { iconButton } from '../../ui/IconButton.tsx'
import { Tooltip } from '../../ui/Tooltip.tsx'
import { FramedName } from '../names/LedgerName.tsx'
import css from './KnockCard.module.css'
import { ageText, type Look } from './knock-wording.ts'
import { TrustMark } from './TrustMark.tsx'

export interface KnockWhoProps {
  knock: Knock
  who: WhoIsIt
  look: Look
  floating: boolean
}

/** Name, picture, how sure it is that it is them, ledger name, safety words, and how often they stood here before. */
export function KnockWho({ knock, who, look, floating }: KnockWhoProps): ReactNode {
  const { t } = useTranslation()
  const { name, claimed, person } = who
  const words = person?.safetyWords ?? []
  const { ledgerName, requests, page } = knock
  // How often pages asked before is nobody's knocking.
  const before = page === null ? t('door.knock.before', { count: knock.before }) : ''
  const asked = requests > 1 ? t('door.knock.requests', { count: requests }) : ''
  return (
    <header className={css.who}>
      <Avatar of={knock.account} size={40} />
      <div className={css.words}>
        <div className={css.nameLine}>
          <h2 className={css.name}>
            <bdi>{name}</bdi>
          </h2>
          {person?.demo === true && <span className={css.tag}>{t('person.demo')}</span>}
          <TrustMark look={look} />
        </div>
        {ledgerName !== null && (
          <p className={css.ledger}>
            <FramedName name={ledgerName.name} /> {t('door.knock.ledger', { age: ageText(t, ledgerName.sinceMs, knock.receivedMs) })}
          </p>
        )}
        {!floating && claimed !== null && (
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
          {[before, asked].filter(Boolean).join(' · ')}
          {floating && claimed !== null && (
            <>
              {' · '}
              <bdi>{t('person.callsThemselves', { name: claimed })}</bdi>
            </>
          )}
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
