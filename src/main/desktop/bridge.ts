import { isAbsolute } from 'node:path'
import { ipcMain, MessageChannelMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron'
import { serveElectronPort, type Access } from '../control/index.ts'
import type { PeerNode } from '../node/types.ts'
import type { Log } from '../platform/log.ts'
import { choosePathIn } from './choose-path.ts'
import { GivenPaths } from './given-paths.ts'
import { isOurs } from './links.ts'

/** What main tells a page beside the contract: a place to show, or a link somebody opened. */
export type Nudge = { type: 'latch:show'; path: string } | { type: 'latch:link'; link: string }

/** As the contract has it of a path. */
const MAX_PATH_CHARACTERS = 4_096

/**
 * Hands a page of ours its port to the contract when it asks, as often as it asks (a reload is a new page).
 * Only the top frame of our own origin is answered. Nudges wait until the page says that it listens for them, which it
 * does once there is an account: whoever opens the app by an invitation names themselves first.
 */
export function createBridge(
  node: Promise<PeerNode>,
  access: () => Access | null,
  log: Log,
): { nudge: (nudge: Nudge, contents: WebContents) => void } {
  const listening = new WeakSet<WebContents>()
  const waiting: Nudge[] = []
  const given = new WeakMap<WebContents, GivenPaths>()

  ipcMain.on('latch:hello', (event) => {
    if (!isOurPage(event)) return
    void node.then((running) => {
      const contents = event.sender
      if (contents.isDestroyed()) return
      const { port1, port2 } = new MessageChannelMain()
      const paths = givenTo(contents)
      const choosePath = choosePathIn(contents, paths)
      serveElectronPort({ node: running, port: port1, log, access, choosePath, mayRead: (path) => paths.take(path) })
      contents.postMessage('latch:port', null, [port2])
    })
  })
  ipcMain.handle('latch:given', (event, path: unknown) => {
    if (!isOurPage(event) || typeof path !== 'string' || path.length > MAX_PATH_CHARACTERS || !isAbsolute(path)) return false
    givenTo(event.sender).give(path)
    return true
  })
  ipcMain.on('latch:listening', (event) => {
    if (!isOurPage(event)) return
    const contents = event.sender
    listening.add(contents)
    contents.once('did-navigate', () => listening.delete(contents))
    for (const nudge of waiting.splice(0)) contents.send('latch:nudge', nudge)
  })

  return {
    nudge(nudge, contents) {
      if (listening.has(contents)) contents.send('latch:nudge', nudge)
      else waiting.push(nudge)
    },
  }

  function givenTo(contents: WebContents): GivenPaths {
    const paths = given.get(contents) ?? new GivenPaths()
    given.set(contents, paths)
    return paths
  }

  function isOurPage({ senderFrame: frame }: IpcMainEvent | IpcMainInvokeEvent): boolean {
    if (frame !== null && frame.parent === null && isOurs(frame.url)) return true
    log.warn({}, 'something that is not our page asked for the contract; refused')
    return false
  }
}
