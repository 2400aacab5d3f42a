import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { SiteName } from '../../../shared/model/sites.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { useCopy } from '../../ui/Key.tsx'
import { useOpenSite } from '../browse/use-open.ts'
import css from './Publish.module.css'
import { useGatewayAddress } from './SiteMenu.tsx'
import { sitesStore } from './store.ts'

/** It is there: the address to send, and the way to see it as others will. */
export function Published({ name, onClose }: { name: SiteName; onClose: () => void }): ReactNode {
  const { t } = useTranslation()
  const open = useOpenSite()
  const site = sitesStore.use(({ state }) => state.sites.get(name))
  const gateway = useGatewayAddress(name)
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('sites.dialog.done.title', { name })}
      closeLabel={t('close')}
      width="wide"
      footer={
        <>
          <Button onClick={onClose}>{t('sites.dialog.done.close')}</Button>
          <Button
            tone="primary"
            onClick={() => {
              onClose()
              void open(`peer://${name}/`)
            }}
          >
            {t('sites.dialog.done.open')}
          </Button>
        </>
      }
    >
      <div className={css.form}>
        {site !== undefined && <p className={css.soft}>{t(`sites.dialog.done.text.${site.audience}`)}</p>}
        <Given label={t('sites.dialog.done.address')} address={`peer://${name}/`} />
        {gateway !== null && <Given label={t('sites.dialog.done.gateway')} address={gateway} />}
        {site?.pointed.kind === 'pointing' && <Banner title={t('sites.state.pointing', { name })} />}
        {site?.pointed.kind === 'failed' && (
          <Banner tone="warning" title={t('sites.state.notPointed', { name, why: site.pointed.why })} />
        )}
        {site?.state.kind === 'failing' && (
          <Banner tone="warning" title={t('sites.state.failingText', { why: site.state.why })} />
        )}
      </div>
    </Dialog>
  )
}

function Given({ label, address }: { label: string; address: string }): ReactNode {
  const { t } = useTranslation()
  const [copied, copy] = useCopy(address)
  return (
    <div className={css.given}>
      <p className={css.strong}>{label}</p>
      <div className={css.address}>
        <code dir="ltr">{address}</code>
        <Button size="small" onClick={copy} aria-label={`${t('sites.dialog.done.copy')} ${address}`}>
          {copied ? t('copied') : t('copy')}
        </Button>
      </div>
    </div>
  )
}
