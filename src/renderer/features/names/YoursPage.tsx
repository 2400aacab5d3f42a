import { ChevronRight, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { paths } from '../../nav/paths.ts'
import { sizeText } from '../../ui/amounts.ts'
import { PaneHeader } from '../../ui/Panes.tsx'
import { rowAction } from '../../ui/Row.tsx'
import { Page, Section } from '../../ui/Section.tsx'
import { Skeleton } from '../../ui/Skeleton.tsx'
import { ClaimForm } from './ClaimForm.tsx'
import type { Back } from './Names.tsx'
import { Offers } from './Offers.tsx'
import { namesStore, useTld } from './store.ts'
import { Underway } from './Underway.tsx'
import underwayCss from './Underway.module.css'
import { useMyNames, useNeedy } from './use-my-names.ts'
import { useClaimAim } from './claim-aim.ts'
import css from './YoursPage.module.css'

/** What needs its owner, what is on its way, and how another name is claimed. */
export function YoursPage({ back }: { back: Back }): ReactNode {
  const { t } = useTranslation()
  const freshness = namesStore.use(({ freshness }) => freshness)
  const { owned, claimed } = useMyNames()
  const aim = useClaimAim()
  const isFirst = owned.length + claimed.length === 0
  const example = `alice.${useTld()}`
  if (freshness === 'loading') {
    return (
      <>
        <PaneHeader title={t('names.part.yours')} back={back} />
        <Skeleton label={t('names.loading')} rows={4} />
      </>
    )
  }
  return (
    <>
      <PaneHeader title={t('names.part.yours')} back={back} />
      <Page>
        <Needs />
        <Section
          title={isFirst ? t('names.claim.first') : t('names.claim.title')}
          {...(isFirst ? { note: t('names.claim.text', { example }) } : {})}
        >
          <ClaimForm key={aim.count} preset={aim.text} />
        </Section>
        {claimed.length > 0 && (
          <Section title={t('names.underway.title')} note={t('names.underway.lasts')}>
            <ul className={underwayCss.claims}>
              {claimed.map((one) => (
                <Underway key={one.name} name={one} />
              ))}
            </ul>
          </Section>
        )}
        <Offers />
        <Held />
        <Section title={t('names.yours.stolen')} note={t('names.yours.stolenText')}>
          <p>
            <Link href={paths.revocation} className={css.link}>
              {t('names.yours.stolenGo')}
            </Link>
          </p>
        </Section>
      </Page>
    </>
  )
}

/** One line for each name with which there is something to do, in the feature's own words. */
function Needs(): ReactNode {
  const { t } = useTranslation()
  const { owned } = useMyNames()
  const all = useNeedy()
  const needy = all.filter((one) => owned.includes(one))
  if (needy.length === 0) return null
  return (
    <Section title={t('names.yours.needs')}>
      <ul className={css.needs}>
        {needy.map(({ name, fullName, attention }) => (
          <li key={name}>
            <Link href={paths.yourName(name)} className={rowAction} aria-label={`${attention} ${t('names.yours.open', { name: fullName })}`}>
              <span className={css.need}>
                <TriangleAlert aria-hidden="true" />
                <span className={css.sentence}>{attention}</span>
                <ChevronRight aria-hidden="true" className={css.chevron} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}

function Held(): ReactNode {
  const { t } = useTranslation()
  const { zones, bytes } = namesStore.use(({ state }) => state.held)
  return (
    <Section title={t('names.yours.held')}>
      <p className={css.soft}>{t('names.yours.heldText', { count: zones, size: sizeText(bytes) })}</p>
    </Section>
  )
}
