import { ArrowRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Fork } from '../../../shared/model/consensus.ts'
import { paths } from '../../nav/paths.ts'
import { PaneHeader, type PaneHeaderProps } from '../../ui/Panes.tsx'
import { Page, Section } from '../../ui/Section.tsx'
import { fullWhen } from '../../ui/when.ts'
import { Branches } from './Branches.tsx'
import css from './ForkPage.module.css'
import { Returned } from './Returned.tsx'
import { UpLink } from './UpLink.tsx'
import { useLedgerNames } from './use-names.ts'

export interface ForkPageProps {
  fork: Fork
  back: NonNullable<PaneHeaderProps['back']>
}

/** Two branches from where they part, which one counts and why, and what changed by it. */
export function ForkPage({ fork, back }: ForkPageProps): ReactNode {
  const { t } = useTranslation()
  const { parentHeight, outcome, why, atMs, chain, other, names, returned } = fork
  return (
    <>
      <PaneHeader title={t('ledger.forks.title', { height: parentHeight })} back={back} />
      <Page>
        <div className={css.top}>
          <UpLink to={paths.ledgerView('forks')} label={t('ledger.forks.back')} />
          <p className={css.outcome}>{t(`ledger.forks.${outcome}`)}</p>
          <p className={css.soft}>
            {t(`ledger.forks.${outcome}Text`)} {t(`ledger.forks.why.${why}`, { chain: chain.weight, other: other.weight })}
          </p>
          <p className={css.small}>{fullWhen(atMs)}</p>
        </div>
        <Branches fork={fork} />
        <Section title={t('ledger.forks.names')}>
          {names.length === 0 ? (
            <p className={css.soft}>{t('ledger.forks.namesNone')}</p>
          ) : (
            <ChangedNames names={names} />
          )}
        </Section>
        {(outcome === 'left' || returned.length > 0) && (
          <Section title={t('ledger.forks.returned')} note={t('ledger.forks.returnedNote')}>
            {returned.length === 0 ? (
              <p className={css.soft}>{t('ledger.forks.returnedNone')}</p>
            ) : (
              <Returned ids={returned} />
            )}
          </Section>
        )}
      </Page>
    </>
  )
}

function ChangedNames({ names: changes }: { names: Fork['names'] }): ReactNode {
  const { t } = useTranslation()
  const names = useLedgerNames()
  const who = (account: Fork['names'][number]['owner']): string =>
    account === null ? t('ledger.nobody') : names.account(account)
  return (
    <table className={css.names}>
      <thead>
        <tr>
          <th scope="col">{t('ledger.forks.name')}</th>
          <th scope="col">{t('ledger.forks.before')}</th>
          <th scope="col">{t('ledger.forks.now')}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ name, before, owner }) => (
          <tr key={name}>
            <th scope="row">{names.full(name)}</th>
            <td>
              <bdi>{who(before)}</bdi>
            </td>
            <td>
              <span className={css.now}>
                <ArrowRight aria-hidden="true" />
                <bdi>{who(owner)}</bdi>
              </span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
