import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import type { Introduction, RelayLimit } from '../../../shared/model/reach.ts'
import { MiB, MINUTE } from '../../../shared/units.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { paths } from '../../nav/paths.ts'
import { sizeText } from '../../ui/amounts.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { TextArea } from '../../ui/Field.tsx'
import { useCopy } from '../../ui/Key.tsx'
import { Facts, Section } from '../../ui/Section.tsx'
import { Switch } from '../../ui/Switch.tsx'
import { doorStore } from '../door/store.ts'
import { peersStore } from '../peers/store.ts'
import { limitText } from '../reach/wording.ts'
import css from './Introducing.module.css'
import { CONTACTS_MAY_RELAY, relayRules } from './relay-rules.ts'
import { useIntroduction } from './use-introduction.ts'

/** What one circuit of a contact may carry through this device; a test holds it to what main allows. */
export const CONTACT_CIRCUIT: RelayLimit = { dataBytes: 64 * MiB, durationMs: 30 * MINUTE }

/** What this device does for others: whether contacts may use it as an introducer, and what it carries for them. */
export function Introducing(): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const isLoading = doorStore.use(({ freshness }) => freshness === 'loading')
  const rules = doorStore.use(({ state }) => state.rules)
  const { own, others } = relayRules(rules.values())
  const { introduction, failure } = useIntroduction()
  const isOn = own.some(({ enabled }) => enabled)
  const isServing = introduction?.serving === true
  const change = useCall(async (wanted: boolean) => {
    if (!wanted) for (const { id } of own) await client.door.removeRule({ id })
    else if (own[0] === undefined) await client.door.addRule(CONTACTS_MAY_RELAY)
    else await client.door.enableRule({ id: own[0].id, enabled: true })
  })

  return (
    <Section title={t('introducing.title')} note={t('introducing.note')}>
      {change.failure !== null && (
        <FailureNote failure={change.failure} kept={t('introducing.kept')} onDismiss={change.dismiss} />
      )}
      <Switch
        label={t('introducing.switch')}
        hint={t('introducing.cost', { limit: limitText(t, CONTACT_CIRCUIT) })}
        checked={isOn}
        disabled={isLoading || change.busy}
        onChange={(wanted) => void change.run(wanted)}
      />
      {others.length > 0 && (
        <p className={css.soft}>
          {t('introducing.others', { count: others.length })} {isServing && !isOn && t('introducing.byOthers')}{' '}
          <Link href={paths.doorSection('rules')} className={css.link}>
            {t('introducing.rules')}
          </Link>
        </p>
      )}
      {introduction === null && failure !== null && <FailureNote failure={failure} />}
      {isServing && <Serving introduction={introduction} />}
    </Section>
  )
}

function Serving({ introduction }: { introduction: Introduction }): ReactNode {
  const { t } = useTranslation()
  const { draining, link, registrations, reservations, circuits, relayedBytes } = introduction
  return (
    <>
      {draining && <Banner tone="warning" title={t('introducing.draining')} text={t('introducing.drainingText')} />}
      <Facts
        facts={[
          { name: t('introducing.registered'), value: t('introducing.devices', { count: registrations }) },
          { name: t('introducing.places'), value: t('introducing.held', { count: reservations }) },
          { name: t('introducing.circuits'), value: t('introducing.open', { count: circuits }) },
          { name: t('introducing.carried'), value: t('introducing.sinceStart', { size: sizeText(relayedBytes) }) },
        ]}
      />
      {link === null ? (
        <Banner tone="info" title={t('introducing.noAddress')} text={<Why>{t('introducing.noAddressText')}</Why>} />
      ) : (
        <OwnLink link={link} />
      )}
    </>
  )
}

function OwnLink({ link }: { link: string }): ReactNode {
  const { t } = useTranslation()
  const [copied, copy] = useCopy(link)
  const lamp = peersStore.use(({ state }) => state.reachability.lamp)
  return (
    <div className={css.give}>
      <TextArea
        className={css.linkText}
        label={t('introducing.link')}
        hint={t('introducing.linkNote')}
        readOnly
        rows={3}
        value={link}
        spellCheck={false}
        onFocus={(event) => event.target.select()}
      />
      <div>
        <Button onClick={copy}>{copied ? t('copied') : t('introducing.copy')}</Button>
      </div>
      {lamp !== 'direct' && (
        <Banner tone="info" title={t('introducing.inside')} text={<Why>{t('introducing.insideText')}</Why>} />
      )}
    </div>
  )
}

/** Words, and the way to the page that says more. */
function Why({ children }: { children: ReactNode }): ReactNode {
  const { t } = useTranslation()
  return (
    <>
      {children}{' '}
      <Link href={paths.thisDevice} className={css.link}>
        {t('introducing.why')}
      </Link>
    </>
  )
}
