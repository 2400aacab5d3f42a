import { Ellipsis, Globe, Link2, Pencil, RefreshCw, Trash2, Users } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Site } from '../../../shared/model/sites.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { gatewayUrl } from '../browse/address.ts'
import { browseStore } from '../browse/store.ts'
import type { SiteAct } from './SitesPage.tsx'

export interface SiteMenuProps {
  site: Site
  onAct: (act: SiteAct) => void
  onRefresh: () => void
}

/** What can be done with a site of this device. */
export function SiteMenu({ site: { name, copies }, onAct, onRefresh }: SiteMenuProps): ReactNode {
  const { t } = useTranslation()
  const gateway = useGatewayAddress(name)
  const hasCopy = copies.kind === 'made' || copies.kind === 'behind'
  const copy = (text: string): void => {
    // Where the system refuses, nothing is on the clipboard, and pasting shows it.
    navigator.clipboard.writeText(text).catch(() => {})
  }
  return (
    <Menu
      trigger={<IconButton label={t('sites.more', { name })} icon={<Ellipsis />} />}
      groups={[
        [
          { id: 'address', label: t('sites.menu.copyAddress'), icon: <Link2 />, onChoose: () => copy(`peer://${name}/`) },
          {
            id: 'gateway',
            label: t('sites.menu.copyGateway'),
            note: t(gateway === null ? 'sites.menu.gatewayOff' : 'sites.menu.copyGatewayNote'),
            icon: <Globe />,
            disabled: gateway === null,
            onChoose: () => gateway !== null && copy(gateway),
          },
        ],
        [
          {
            id: 'audience',
            label: t('sites.menu.audience'),
            icon: <Users />,
            onChoose: () => onAct({ act: 'audience', name }),
          },
          { id: 'change', label: t('sites.menu.change'), icon: <Pencil />, onChoose: () => onAct({ act: 'change', name }) },
          ...(hasCopy
            ? [
                {
                  id: 'refresh',
                  label: t('sites.menu.refresh'),
                  note: t('sites.menu.refreshNote'),
                  icon: <RefreshCw />,
                  onChoose: onRefresh,
                },
              ]
            : []),
        ],
        [
          {
            id: 'unpublish',
            label: t('sites.menu.unpublish'),
            icon: <Trash2 />,
            tone: 'danger' as const,
            onChoose: () => onAct({ act: 'unpublish', name }),
          },
        ],
      ]}
    />
  )
}

/** Where ordinary browsers of this machine open it; null while the gateway is off. */
export function useGatewayAddress(name: string): string | null {
  return browseStore.use(({ state: { gateway } }) =>
    gateway.state === 'on' ? gatewayUrl(`peer://${name}/`, gateway.port) : null,
  )
}
