import { Globe, MonitorSmartphone, Plug, Server, TextInitial, UserRoundCheck } from 'lucide-react'
import type { ReactNode } from 'react'
import type { RecordKind } from './zone-draft.ts'

/** A picture for each kind of record; its word stands beside it. */
export const kindIcons: Readonly<Record<RecordKind, ReactNode>> = {
  peer: <MonitorSmartphone />,
  site: <Globe />,
  address: <Server />,
  text: <TextInitial />,
  service: <Plug />,
  delegate: <UserRoundCheck />,
}
