import { BookOpenText, Box, FileText, GitFork, Grid3x3, Scale, ShieldCheck, Users } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import { ledgerViews, paths, type LedgerView } from '../../nav/paths.ts'
import { useLedgerAims } from './aims.ts'
import { ledgerStore } from './store.ts'

export interface LedgerCommand {
  name: string
  icon: ReactNode
  run: () => void
}

const icons: Readonly<Record<LedgerView, ReactNode>> = {
  now: <BookOpenText />,
  entries: <FileText />,
  validators: <Users />,
  rounds: <Grid3x3 />,
  forks: <GitFork />,
  evidence: <Scale />,
}

/** What of the ledger can be gone to from any place, for the palette. */
export function useLedgerCommands(): LedgerCommand[] {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const take = useLedgerAims((aims) => aims.take)
  const head = ledgerStore.use(({ state }) => state.status?.head?.id ?? null)
  return [
    ...ledgerViews.map((view) => ({
      name: t(`ledger.command.${view}`),
      icon: icons[view],
      run: () => navigate(paths.ledgerView(view)),
    })),
    ...(head === null
      ? []
      : [{ name: t('ledger.command.newest'), icon: <Box />, run: () => navigate(paths.block(head)) }]),
    {
      name: t('ledger.command.check'),
      icon: <ShieldCheck />,
      run: () => {
        take('check')
        navigate(paths.ledgerView('now'))
      },
    },
  ]
}
