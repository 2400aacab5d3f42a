import type { ReactNode } from 'react'
import type { SiteName } from '../../../shared/model/sites.ts'

export interface KeepDialogProps {
  site: SiteName
  onClose: () => void
}

/** Keeps a copy of a site: first what it would take, then how far it is. */
export function KeepDialog(_props: KeepDialogProps): ReactNode {
  return null
}
