import { chats } from './en/chats.ts'
import { common } from './en/common.ts'
import { contacts } from './en/contacts.ts'
import { door } from './en/door.ts'
import { frame } from './en/frame.ts'
import { introducing } from './en/introducing.ts'
import { invite } from './en/invite.ts'
import { ledger } from './en/ledger.ts'
import { measured } from './en/measured.ts'
import { network } from './en/network.ts'
import { networks } from './en/networks.ts'
import { reach } from './en/reach.ts'
import { settings } from './en/settings.ts'
import { square } from './en/square.ts'
import { welcome } from './en/welcome.ts'

/** Every word the window says, in one catalogue. A translation is a value of this shape. */
export const en = { ...common, frame, chats, contacts, door, network, networks, reach, introducing, measured, ledger, settings, square, welcome, invite } as const
