import { Globe } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { Card } from '../../ui/Card.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { useTld } from '../names/store.ts'
import { gatewayUrl } from './address.ts'
import { useAddressField } from './asking.ts'
import css from './GatewayCard.module.css'
import { browseStore } from './store.ts'

/** Where this window has no place for pages: what the gateway does, and the switch. Nothing once it is on. */
export function GatewayCard(): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const tld = useTld()
  const gateway = browseStore.use(({ state }) => state.gateway)
  const refused = useAddressField((field) => field.refused)
  const turnOn = useCall(() => client.browse.setGateway({ on: true }))
  if (gateway.state === 'on') return null
  const { port } = gateway
  const turn = async (): Promise<void> => {
    const now = await turnOn.run()
    const url = refused?.failure === null && now?.state === 'on' ? gatewayUrl(refused.address, now.port) : null
    if (url === null) return
    useAddressField.getState().refuse(null)
    window.open(url, '_blank', 'noopener')
  }
  return (
    <div className={css.place}>
      <Card className={css.card} aria-labelledby="gateway-title">
        <span className={css.icon}>
          <Globe aria-hidden="true" />
        </span>
        <h2 id="gateway-title" className={css.title}>
          {t('browse.gateway.title')}
        </h2>
        <p>{t('browse.gateway.text')}</p>
        <p className={css.how}>{t('browse.gateway.how', { tld, port })}</p>
        {refused?.failure === null && (
          <p className={css.how}>
            <bdi>{t('browse.gateway.waiting', { address: refused.address })}</bdi>
          </p>
        )}
        {gateway.state === 'failed' && <Banner tone="warning" title={t('browse.gateway.failed')} text={gateway.why ?? undefined} />}
        {turnOn.failure !== null && <FailureNote failure={turnOn.failure} onDismiss={turnOn.dismiss} />}
        <Button tone="primary" busy={turnOn.busy} onClick={() => void turn()}>
          {t('browse.gateway.on')}
        </Button>
      </Card>
    </div>
  )
}
