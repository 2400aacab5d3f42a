import { AppWindow, AtSign, BookOpenText, DoorClosed, Megaphone, MessageCircle, Settings as Gear, Waypoints } from 'lucide-react'
import type { ReactNode } from 'react'
import { paths } from '../nav/paths.ts'

export type PlaceId = 'chats' | 'door' | 'names' | 'browse' | 'network' | 'ledger' | 'square' | 'settings'

export interface Place {
  id: PlaceId
  path: string
  icon: ReactNode
  foot: boolean
}

/** The places of the rail, in its order; Ctrl/Cmd and a digit goes to the one at that position. */
export const places: readonly Place[] = [
  { id: 'chats', path: paths.chats, icon: <MessageCircle />, foot: false },
  { id: 'door', path: paths.door, icon: <DoorClosed />, foot: false },
  { id: 'names', path: paths.names, icon: <AtSign />, foot: false },
  { id: 'browse', path: paths.browse, icon: <AppWindow />, foot: false },
  { id: 'network', path: paths.network, icon: <Waypoints />, foot: false },
  { id: 'ledger', path: paths.ledger, icon: <BookOpenText />, foot: false },
  { id: 'square', path: paths.square, icon: <Megaphone />, foot: false },
  { id: 'settings', path: paths.settings, icon: <Gear />, foot: true },
]
