import type { ReactNode } from 'react'
import type { PaneHeaderProps } from '../../ui/Panes.tsx'
import { PaneHeader } from '../../ui/Panes.tsx'

/** Sites that are kept on this device. */
export function CopiesPage({ back }: { back?: NonNullable<PaneHeaderProps['back']> }): ReactNode {
  return <PaneHeader title="Kept copies" {...(back === undefined ? {} : { back })} />
}
