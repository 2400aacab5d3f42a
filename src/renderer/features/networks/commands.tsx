import { Combine, IdCard, Network as NetworkIcon, Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { useClient } from '../../bridge/bridge.tsx'
import { useDialogs } from '../../nav/dialogs.ts'
import { paths } from '../../nav/paths.ts'
import { networksStore } from './store.ts'

export interface NetworkCommand {
  id: string
  name: string
  icon: ReactNode
  run: () => void
}

/** What can be done about networks from any place, for the palette. */
export function useNetworkCommands(): NetworkCommand[] {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const client = useClient()
  const show = useDialogs((dialogs) => dialogs.show)
  const networks = networksStore.use(({ state }) => state)
  return [
    { id: 'networks', name: t('networks.command.show'), icon: <NetworkIcon />, run: () => navigate(paths.networks) },
    { id: 'join', name: t('networks.join'), icon: <Combine />, run: () => show('join-network') },
    { id: 'make', name: t('networks.make'), icon: <Plus />, run: () => show('make-network') },
    { id: 'card', name: t('networks.command.card'), icon: <IdCard />, run: () => navigate(paths.networks) },
    ...networks
      .filter(({ active }) => !active)
      .map(({ id, label }) => ({
        id,
        name: t('networks.command.use', { label }),
        icon: <NetworkIcon />,
        run: () => {
          // As with other switches of the palette: it is told which network is active, or nothing changed.
          client.networks.use({ id }).catch(() => {})
        },
      })),
  ]
}
