import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { DnsState } from '../../../shared/model/names.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { useCopy } from '../../ui/Key.tsx'
import { Section } from '../../ui/Section.tsx'
import { Switch } from '../../ui/Switch.tsx'
import { namesStore, useTld } from '../names/store.ts'
import { useOwnedNames } from '../names/use-owned.ts'
import { useMe } from '../identity/store.ts'
import css from './Dns.module.css'
import { PortForm } from './PortForm.tsx'
import { ServiceState } from './ServiceState.tsx'
import settings from './Settings.module.css'
import { settingsStore } from './store.ts'

/** Names of the network for programs that know nothing of Latch, by DNS on this machine. Off until somebody wants it. */
export function Dns(): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const { dns, dnsPort } = settingsStore.use(({ state }) => state)
  const state = namesStore.use((fed) => (fed.freshness === 'loading' ? null : fed.state.dns))
  const tld = useTld()
  const change = useCall((chosen: boolean) => client.settings.set({ dns: chosen }))
  return (
    <>
      <Section title={t('settings.dns.title')} note={t('settings.dns.note', { tld })}>
        {change.failure !== null && <FailureNote failure={change.failure} onDismiss={change.dismiss} />}
        <Switch
          label={t('settings.dns.switch')}
          hint={t('settings.dns.switchNote')}
          checked={dns}
          disabled={change.busy}
          onChange={(chosen) => void change.run(chosen)}
        />
        {state !== null && <State dns={state} wanted={dns} />}
        <PortForm key={dnsPort} port={dnsPort} onUse={(port) => client.settings.set({ dnsPort: port })} />
      </Section>
      <Section title={t('settings.dns.example')} note={t(dns ? 'settings.dns.exampleNote' : 'settings.dns.exampleOff')}>
        <Example port={state?.state === 'on' ? state.port : dnsPort} />
        <p className={settings.soft}>{t('settings.dns.others', { tld })}</p>
      </Section>
    </>
  )
}

/** Whether it answers now, where, or why it does not. */
function State({ dns, wanted }: { dns: DnsState; wanted: boolean }): ReactNode {
  const { t } = useTranslation()
  const isOnTheWay = wanted ? dns.state === 'off' : dns.state !== 'off'
  const said = isOnTheWay
    ? t(wanted ? 'settings.dns.starting' : 'settings.dns.stopping')
    : t(`settings.dns.state.${dns.state}`, { address: `127.0.0.1:${dns.port}` })
  return (
    <ServiceState
      state={dns.state}
      isOnTheWay={isOnTheWay}
      said={said}
      why={`${dns.why ?? ''} ${t('settings.dns.otherPort')}`}
    />
  )
}

/** A line to try it with: of a name of one's own, where there is one. */
function Example({ port }: { port: number }): ReactNode {
  const { t } = useTranslation()
  const tld = useTld()
  const [own] = useOwnedNames(useMe()?.account ?? null)
  const line = `dig @127.0.0.1 -p ${port} ${own ?? `alice.${tld}`} A`
  const [copied, copy] = useCopy(line)
  return (
    <div className={css.example}>
      <pre className={settings.commands}>{line}</pre>
      <Button onClick={copy}>{copied ? t('copied') : t('copy')}</Button>
    </div>
  )
}
