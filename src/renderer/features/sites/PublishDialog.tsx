import type { ReactNode } from 'react'
import type { Site } from '../../../shared/model/sites.ts'

export interface PublishDialogProps {
  /** Published already: what it shows is changed, and its name stays. */
  site?: Site
  onClose: () => void
}

/** Shows a folder or a local port under a name. */
export function PublishDialog(_props: PublishDialogProps): ReactNode {
  return null
}
