import type { ReactNode } from 'react'
import { StartChat } from '../features/chats/StartChat.tsx'
import { NewGroupDialog } from '../features/groups/NewGroupDialog.tsx'
import { PhraseDialog } from '../features/identity/PhraseDialog.tsx'
import { ConnectDialog } from '../features/invite/ConnectDialog.tsx'
import { InviteDialog } from '../features/invite/InviteDialog.tsx'
import { AddressBar } from '../features/names/AddressBar.tsx'
import { JoinNetworkDialog } from '../features/networks/JoinNetworkDialog.tsx'
import { MakeNetworkDialog } from '../features/networks/MakeNetworkDialog.tsx'
import { IntroducerDialog } from '../features/reach/IntroducerDialog.tsx'
import { EnterRoomDialog } from '../features/square/EnterRoomDialog.tsx'
import { useDialogs } from '../nav/dialogs.ts'
import { Palette } from './Palette.tsx'
import { ShortcutsSheet } from './ShortcutsSheet.tsx'

/** The dialog that is open, if one is. */
export function Dialogs(): ReactNode {
  const { open, preset, close } = useDialogs()
  switch (open) {
    case 'palette':
      return <Palette onClose={close} />
    case 'address':
      return <AddressBar onClose={close} />
    case 'shortcuts':
      return <ShortcutsSheet onClose={close} />
    case 'start-chat':
      return <StartChat onClose={close} />
    case 'new-group':
      return <NewGroupDialog onClose={close} />
    case 'invite':
      return <InviteDialog onClose={close} />
    case 'connect':
      return <ConnectDialog key={preset} preset={preset} onClose={close} />
    case 'introducer':
      return <IntroducerDialog key={preset} preset={preset} onClose={close} />
    case 'join-network':
      return <JoinNetworkDialog key={preset} preset={preset} onClose={close} />
    case 'make-network':
      return <MakeNetworkDialog key={preset} preset={preset} onClose={close} />
    case 'enter-room':
      return <EnterRoomDialog key={preset} preset={preset} onClose={close} />
    case 'phrase':
      return <PhraseDialog onClose={close} />
    case null:
      return null
  }
}
