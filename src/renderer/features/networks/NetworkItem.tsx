import { Copy, Ellipsis, Link2, Pencil, Trash2 } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { KnownNetwork } from '../../../shared/model/networks.ts'
import { useClient } from '../../bridge/bridge.tsx'
import { useCall } from '../../bridge/use-call.ts'
import { Button } from '../../ui/Button.tsx'
import { FailureNote } from '../../ui/FailureNote.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { Time } from '../../ui/Time.tsx'
import { countText } from '../../ui/amounts.ts'
import { ForgetNetwork, LinkOfNetwork, RenameNetwork } from './NetworkDialogs.tsx'
import css from './Networks.module.css'
import { applyNetworksEvent, networksStore } from './store.ts'
import { rulesText } from './wording.ts'

/** One network: what it is like, how far its chain is here, and what can be done about it. */
export function NetworkItem({ network }: { network: KnownNetwork }): ReactNode {
  const { t } = useTranslation()
  const client = useClient()
  const [open, setOpen] = useState<'link' | 'rename' | 'forget' | null>(null)
  const { id, label, active, origin } = network
  const close = (): void => setOpen(null)
  const use = useCall(async () => {
    const used = await client.networks.use({ id })
    networksStore.change((known) => applyNetworksEvent(known, { event: 'network-changed', network: used }))
  })

  return (
    <>
      <div className={css.row}>
        <div className={css.words}>
          <h3 className={css.head}>
            <bdi className={css.name}>{label}</bdi>
            {active && <span className={css.active}>{t('networks.active')}</span>}
          </h3>
          <p className={css.soft}>{rulesText(t, network)}</p>
          <p className={css.faint}>
            <Chain network={network} /> · {t(`networks.origin.${origin}`)}
          </p>
        </div>
        <div className={css.controls}>
          {!active && (
            <Button
              size="small"
              busy={use.busy}
              aria-label={t('networks.useOf', { label })}
              onClick={() => void use.run()}
            >
              {use.busy ? t('networks.using') : t('networks.use')}
            </Button>
          )}
          <Menu
            trigger={<IconButton label={t('networks.more', { label })} icon={<Ellipsis />} />}
            groups={[
              [
                {
                  id: 'link',
                  label: t('networks.menu.link'),
                  note: t('networks.menu.linkNote'),
                  icon: <Link2 />,
                  onChoose: () => setOpen('link'),
                },
                { id: 'rename', label: t('networks.menu.rename'), icon: <Pencil />, onChoose: () => setOpen('rename') },
                {
                  id: 'copy',
                  label: t('networks.menu.copy'),
                  icon: <Copy />,
                  onChoose: () => void navigator.clipboard.writeText(id),
                },
              ],
              [
                {
                  id: 'forget',
                  label: t('networks.menu.forget'),
                  note: active ? t('networks.menu.forgetActive') : t('networks.menu.forgetNote'),
                  disabled: active,
                  icon: <Trash2 />,
                  tone: 'danger',
                  onChoose: () => setOpen('forget'),
                },
              ],
            ]}
          />
        </div>
      </div>
      {use.failure !== null && <FailureNote failure={use.failure} onDismiss={use.dismiss} />}
      {open === 'link' && <LinkOfNetwork network={network} onClose={close} />}
      {open === 'rename' && <RenameNetwork network={network} onClose={close} />}
      {open === 'forget' && <ForgetNetwork network={network} onClose={close} />}
    </>
  )
}

function Chain({ network: { height, headMs } }: { network: KnownNetwork }): ReactNode {
  const { t } = useTranslation()
  const blocks = t('networks.height', { count: height, shown: countText(height) })
  if (height === 0 || headMs === null) return blocks
  return (
    <>
      {blocks}, {t('networks.last')}: <Time form="ago" atMs={headMs} />
    </>
  )
}
