import { browseErrorScenes } from './scenes/browse-errors.ts'
import { browseScenes } from './scenes/browse.ts'
import { chatNameScenes } from './scenes/chat-names.ts'
import { chatTalkScenes } from './scenes/chat-talk.ts'
import { chatScenes } from './scenes/chats.ts'
import { copyScenes } from './scenes/copies.ts'
import { deskScenes } from './scenes/desk.ts'
import { houseScenes } from './scenes/house.ts'
import { doorScenes } from './scenes/door.ts'
import { doorBookScenes } from './scenes/door-book.ts'
import { introducingScenes } from './scenes/introducing.ts'
import { ledgerScenes } from './scenes/ledger.ts'
import { measuredScenes } from './scenes/measured.ts'
import { nameScenes } from './scenes/names.ts'
import { lookupScenes } from './scenes/names-lookup.ts'
import { networkScenes } from './scenes/networks.ts'
import { reachScenes } from './scenes/reach.ts'
import { outsideScenes } from './scenes/outside.ts'
import { ownScenes } from './scenes/own.ts'
import { ownedScenes } from './scenes/owned.ts'
import { roomScenes } from './scenes/rooms.ts'
import { routingScenes } from './scenes/routing.ts'
import { siteScenes } from './scenes/sites.ts'
import { squareScenes } from './scenes/square.ts'
import type { GalleryScene } from './scenes/scene.ts'

/** Every state worth a picture, by the name its picture gets. */
export const scenes: Readonly<Record<string, GalleryScene>> = {
  ...chatScenes,
  ...chatTalkScenes,
  ...chatNameScenes,
  ...doorScenes,
  ...doorBookScenes,
  ...houseScenes,
  ...reachScenes,
  ...routingScenes,
  ...ownedScenes,
  ...measuredScenes,
  ...introducingScenes,
  ...ledgerScenes,
  ...deskScenes,
  ...networkScenes,
  ...nameScenes,
  ...lookupScenes,
  ...squareScenes,
  ...browseScenes,
  ...browseErrorScenes,
  ...siteScenes,
  ...copyScenes,
  ...outsideScenes,
  ...ownScenes,
  ...roomScenes,
}
