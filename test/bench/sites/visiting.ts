import type { Readable } from 'node:stream'
import { createServer, type AddressInfo } from 'node:net'
import { SiteName } from '../../../src/shared/model/sites.ts'
import { SECOND } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import type { OpenHousehold } from '../../helpers/households.ts'
import { timed } from '../stats.ts'
import { bytesOf, type Loaded, loadPage, requestsASecond } from './browser.ts'
import { LARGE_PATH, type PageFile, pageFiles, SMALL } from './page.ts'

/** A connection says goodbye within 1 s. */
const GONE_MS = 2 * SECOND

/** What a visitor is asked to do: as a browser, by what the window and the gateway open pages by. */
export const visiting = (home: OpenHousehold) => {
  async function get(site: string, path: string, again = false): Promise<Readable> {
    const { status, body } = await home.browse.opening.fetch(SiteName.parse(site), { method: 'GET', path, headers: [] }, { again })
    if (status === 200) return body
    body.destroy()
    throw new Error(`${path} was answered with ${status}`)
  }
  return {
    load: ({ site }: { site: string }): Promise<Loaded> => loadPage((path) => get(site, path), pageFiles),
    /** With nothing kept of the name, and with no connection to whoever hung up. */
    loadCold({ site }: { site: string }): Promise<Loaded> {
      home.names.clearCache()
      let isFirst = true
      const cold = (path: string): Promise<Readable> => {
        const again = isFirst
        isFirst = false
        return get(site, path, again)
      }
      return loadPage(cold, pageFiles)
    },
    many: ({ site, atOnce, forMs, file = SMALL }: { site: string; atOnce: number; forMs: number; file?: PageFile }): Promise<number> =>
      requestsASecond((path) => get(site, path), file, { atOnce, forMs }),
    /** In ms. */
    download: ({ site }: { site: string }): Promise<number> => timed(async () => void (await bytesOf(await get(site, LARGE_PATH)))),
    /** To the first byte of each, one after another, and who gave it. */
    async firstBytes({ site, paths }: { site: string; paths: readonly string[] }): Promise<{ ms: number[]; sources: string[] }> {
      const ms: number[] = []
      const sources = new Set<string>()
      for (const path of paths) {
        const startMs = performance.now()
        const { body, source, status } = await home.browse.opening.fetch(SiteName.parse(site), { method: 'GET', path, headers: [] })
        if (status !== 200) throw new Error(`${path} was answered with ${status}`)
        await bytesOf(body, () => ms.push(performance.now() - startMs))
        sources.add(source.kind)
      }
      return { ms, sources: [...sources] }
    },
    /** Switches the gateway on; gives its port. */
    async gateway(): Promise<number> {
      const state = await home.browse.setGateway(true, await freePort())
      if (state.state !== 'on') throw new Error(state.why ?? 'the gateway is off')
      return state.port
    },
    /** False: somebody here connected to them anew meanwhile. */
    isGone: ({ peerId }: { peerId: string }): Promise<boolean> =>
      eventually('a connection to end', () => !isConnected(peerId), { withinMs: GONE_MS }).then(() => true, () => false),
  }

  function isConnected(peer: string): boolean {
    return home.peers.list().some(({ peerId, state }) => peerId === peer && state === 'connected')
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

/** Whose the name is, and where it points, can be said here. */
export async function isKnown(home: OpenHousehold, name: string): Promise<boolean> {
  const { outcome } = await home.names.query(`${name}.${home.ledger.genesis().tld}`)
  return outcome.outcome === 'found' || outcome.outcome === 'no-zone'
}
