import { SiteName } from '../../../src/shared/model/sites.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { openHousehold, type OpenHousehold } from '../../helpers/households.ts'
import { serve } from '../../lab/remote.ts'
import { type Loaded, loadPage } from './browser.ts'
import type { Village } from './home.ts'
import { pageFiles } from './page.ts'
import { isKnown } from './visiting.ts'

/*
 * Several visitors in one process, each a whole Latch with an account, a device and a connection of its own.
 */

const JOINING_MS = 60 * SECOND
const { count, village, name } = JSON.parse(process.argv[2] ?? '') as { count: number; village: Village; name: string }

const homes: OpenHousehold[] = []

const calls = {
  /** One after another: fifty at once would be fifty who wait for the processor. */
  async open(): Promise<void> {
    while (homes.length < count) {
      const home = await openHousehold({ name: `Guest ${homes.length}`, listen: [], services: { gossip: true, dht: true } })
      homes.push(home)
      await home.networks.join(village.link, true)
      for (const address of village.addresses) await home.peers.connect(address)
      await eventually('the ledger', () => isKnown(home, name), { withinMs: JOINING_MS })
      home.names.clearCache()
    }
  },
  /** All at once: each looks the name up, and loads the page. Null: it failed. */
  loadAll: ({ site }: { site: string }): Promise<(Loaded | null)[]> =>
    Promise.all(homes.map((home) => load(home, site).catch((error: unknown) => (console.error(String(error)), null)))),
}
export type GuestCalls = typeof calls

function load(home: OpenHousehold, site: string): Promise<Loaded> {
  return loadPage(async (path) => {
    const { status, body } = await home.browse.opening.fetch(SiteName.parse(site), { method: 'GET', path, headers: [] })
    if (status === 200) return body
    body.destroy()
    throw new Error(`${path} was answered with ${status}`)
  }, pageFiles)
}

serve(calls, 'ready', () => Promise.all(homes.map((home) => home.close())))
