import type { ReactNode } from 'react'
import type { PaneHeaderProps } from '../../ui/Panes.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'

/** The sites of this device, who visits them now, and how another one is published. */
export function SitesPage({ back }: { back?: NonNullable<PaneHeaderProps['back']> }): ReactNode {
  return <PaneHeader title="Your sites" {...(back === undefined ? {} : { back })} />
}
