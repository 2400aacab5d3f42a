import { Feed } from '../../platform/feed.ts'
import { createExitProtocol } from '../../protocols/exit/index.ts'
import { Asking } from './asking.ts'
import { Exits } from './exits.ts'
import { Outlet } from './outlet.ts'
import { ExitStore } from './store.ts'
import type { ExitEvent, ExitFeature, ExitParts } from './types.ts'
import { Uses } from './uses.ts'

/** The way out to the outside web through a contact, and the way out for contacts through this device. */
export function createExit(parts: ExitParts): ExitFeature {
  const { clock, log, devices, isOffered } = parts
  const feed = new Feed<ExitEvent>((error) => log.error({ error }, 'a listener to exits failed'))
  const tell = (event: ExitEvent): void => feed.publish(event)
  const protocol = createExitProtocol(parts)
  const uses = new Uses({ clock, store: new ExitStore(parts.database), tell })
  const exits = new Exits({ clock, devices, isOffered, tell })
  const outlet = new Outlet({ ...parts, uses })
  const asking = new Asking({ protocol, clock, exits, uses, connect: parts.connect, ownTlds: parts.ownTlds })

  return {
    start: () => protocol.serve((asked) => outlet.serve(asked)),
    stop() {
      outlet.stop()
      asking.stop()
      exits.stop()
      uses.stop()
      return Promise.resolve()
    },
    list: () => exits.list(),
    check: (...asked) => asking.check(...asked),
    uses: () => uses.list(),
    clear: () => uses.clear(),
    open: (...asked) => asking.open(...asked),
    reconsider() {
      outlet.reconsider()
      exits.lookSoon()
    },
    connected: (peerId) => exits.forget(peerId),
    disconnected: (peerId) => exits.forget(peerId),
    watch(signal) {
      // From here on, what changes is told as a change of what the snapshot says.
      exits.look()
      return feed.watch(() => ({ offered: isOffered(), exits: exits.list(), uses: uses.list() }), signal)
    },
  }
}
