import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { GatewayState } from '../../../shared/model/browse.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { useCopy } from '../../ui/Key.tsx'
import { Section } from '../../ui/Section.tsx'
import { Switch } from '../../ui/Switch.tsx'
import { browseStore } from '../browse/store.ts'
import { useMe } from '../identity/store.ts'
import { useTld } from '../names/store.ts'
import { useOwnedNames } from '../names/use-owned.ts'
import { sitesStore } from '../sites/store.ts'
import css from './Dns.module.css'
import { PortForm } from './PortForm.tsx'
import { ServiceState } from './ServiceState.tsx'
import settings from './Settings.module.css'
import { settingsStore } from './store.ts'

/** Sites of the network for browsers that know nothing of Latch. Off until somebody wants it. */
export function Gateway(): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { gateway, gatewayPort } = settingsStore.use(({ state }) => state)
  const state = browseStore.use((fed) => (fed.freshness === 'loading' ? null : fed.state.gateway))
  const change = useCall((on: boolean) => client.browse.setGateway({ on }))
  return (
    <>
      <Section title={t('settings.gateway.title')} note={t('settings.gateway.note')}>
        {change.failure !== null && <FailureNote failure={change.failure} onDismiss={change.dismiss} />}
        <Switch
          label={t('settings.gateway.switch')}
          hint={t('settings.gateway.switchNote')}
          checked={gateway}
          disabled={change.busy}
          onChange={(chosen) => void change.run(chosen)}
        />
        {state !== null && <State gateway={state} wanted={gateway} />}
        <PortForm
          key={gatewayPort}
          port={gatewayPort}
          onUse={(port) => client.browse.setGateway({ on: gateway, port })}
        />
      </Section>
      <Section
        title={t('settings.gateway.example')}
        note={t(gateway ? 'settings.gateway.exampleNote' : 'settings.gateway.exampleOff')}
      >
        <Example port={state?.state === 'on' ? state.port : gatewayPort} />
        <p className={settings.soft}>{t('settings.gateway.guards')}</p>
      </Section>
    </>
  )
}

function State({ gateway, wanted }: { gateway: GatewayState; wanted: boolean }): ReactNode {
  const { t } = useTranslation()
  const { state, port, requests, why } = gateway
  const isOnTheWay = wanted ? state === 'off' : state !== 'off'
  const words = isOnTheWay
    ? t(wanted ? 'settings.gateway.starting' : 'settings.gateway.stopping')
    : t(`settings.gateway.state.${state}`, { port })
  const count = state === 'on' && !isOnTheWay ? ` ${t('settings.gateway.requests', { count: requests })}` : ''
  return (
    <ServiceState
      state={state}
      isOnTheWay={isOnTheWay}
      said={`${words}${count}`}
      why={`${why ?? ''} ${t('settings.gateway.otherPort')}`}
    />
  )
}

/** An address to try it with: of a site of one's own, of a name of one's own, or of one that there may be. */
function Example({ port }: { port: number }): ReactNode {
  const { t } = useTranslation()
  const tld = useTld()
  const [owned] = useOwnedNames(useMe()?.account ?? null)
  const [site] = sitesStore.use(({ state }) => state.sites).keys()
  const address = `http://${site ?? owned ?? `alice.${tld}`}.localhost:${port}/`
  const [copied, copy] = useCopy(address)
  return (
    <div className={css.example}>
      <pre className={settings.commands}>{address}</pre>
      <Button onClick={copy}>{copied ? t('copied') : t('copy')}</Button>
    </div>
  )
}
