import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { AccountId } from '../../../shared/ids.ts'
import { NameLabel } from '../../../shared/model/ledger.ts'
import type { Lookup } from '../../../shared/model/names.ts'
import { paths } from '../../nav/paths.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Key } from '../../ui/Key.tsx'
import { Facts } from '../../ui/Section.tsx'
import { Time } from '../../ui/Time.tsx'
import { countText } from '../../ui/amounts.ts'
import { useNow } from '../../ui/use-now.ts'
import { fullDate } from '../../ui/when.ts'
import { usePerson } from '../contacts/store.ts'
import { useMe } from '../identity/store.ts'
import css from './LookupResult.module.css'
import { ownedPart } from './typed-name.ts'
import { useNameWords } from './use-name-words.ts'
import { useOwner } from './use-owner.ts'
import { spanText } from './wording.ts'

/** Side by side: who owns it, as of which block; where it points, as of which zone. Neither says anything of the other. */
export function TwoClocks({ found, owner }: { found: Lookup; owner: AccountId }): ReactNode {
  const { t } = useTranslation()
  return (
    <section className={css.clocks} aria-label={t('namesLookup.clocks.title')}>
      <section className={css.clock}>
        <h3 className={css.clockTitle}>
          {t('namesLookup.clocks.who')} <span className={css.clockNote}>{t('namesLookup.clocks.whoNote')}</span>
        </h3>
        <WhoOwns found={found} owner={owner} />
      </section>
      <section className={css.clock}>
        <h3 className={css.clockTitle}>
          {t('namesLookup.clocks.where')} <span className={css.clockNote}>{t('namesLookup.clocks.whereNote')}</span>
        </h3>
        <WherePoints found={found} />
      </section>
    </section>
  )
}

function WhoOwns({ found: { ledger, fullName }, owner }: { found: Lookup; owner: AccountId }): ReactNode {
  const { t } = useTranslation()
  const { who } = useNameWords()
  const me = useMe()?.account
  const person = usePerson(owner)
  const label = NameLabel.safeParse(ownedPart(fullName).split('.')[0]).data ?? null
  const asked = useOwner(label, 0)
  // A delegate's owner has no term of this name.
  const term = asked?.is === 'somebody' && asked.onLedger.owner === owner ? asked.onLedger : null
  const isMet = person !== null || owner === me
  return (
    <>
      <div className={css.who}>
        <Avatar of={owner} size={40} />
        <div className={css.whoWords}>
          <p className={css.whoName}>
            <bdi>{isMet ? who(owner) : t('namesLookup.clocks.stranger')}</bdi>
          </p>
          <Key value={owner} label={t('key.account')} />
        </div>
      </div>
      <Facts
        facts={[
          ...(term === null
            ? []
            : [
                { name: t('namesLookup.clocks.since'), value: fullDate(term.sinceMs) },
                { name: t('namesLookup.clocks.until'), value: fullDate(term.expiresMs) },
              ]),
          {
            name: t('namesLookup.clocks.asOf'),
            value:
              ledger === null ? (
                t('namesLookup.clocks.noLedger')
              ) : ledger.block === null ? (
                t('namesLookup.clocks.genesis')
              ) : (
                <>
                  <Link href={paths.block(ledger.block)} className={css.link}>
                    {t('namesLookup.clocks.block', { height: countText(ledger.height) })}
                  </Link>
                  {', '}
                  <Time atMs={ledger.atMs} form="ago" />
                </>
              ),
          },
        ]}
      />
    </>
  )
}

function WherePoints({ found: { zone, outcome } }: { found: Lookup }): ReactNode {
  const { t } = useTranslation()
  const nowMs = useNow(1_000)
  if (zone === null) return <p className={css.soft}>{t('namesLookup.clocks.noZone')}</p>
  const freshMs = zone.freshUntilMs - nowMs
  return (
    <Facts
      facts={[
        { name: t('namesLookup.clocks.signed'), value: <Time atMs={zone.issuedAtMs} form="ago" /> },
        { name: t('namesLookup.clocks.expires'), value: fullDate(zone.expiresAtMs) },
        {
          name: t('namesLookup.clocks.fresh'),
          value: freshMs <= 0 ? t('namesLookup.clocks.freshNow') : t('namesLookup.clocks.freshIn', { time: spanText(t, freshMs) }),
        },
        ...(outcome.outcome === 'found'
          ? [{ name: t('namesLookup.clocks.from'), value: t(`namesLookup.clocks.froms.${outcome.from}`) }]
          : []),
        { name: t('namesLookup.clocks.seq'), value: zone.seq },
      ]}
    />
  )
}
