import { registerHooks } from 'node:module'
import { MiB } from '../../../src/shared/units.ts'
import { serve } from '../../lab/remote.ts'

/*
 * What the library of copies takes to load, as a process of its own, and whether a Latch whose person keeps no copies
 * loads it all the same.
 */

const OF_LIBRARY = /\/node_modules\/(?:@helia|ipfs-unixfs|ipfs-unixfs-exporter|ipfs-unixfs-importer|hamt-sharding)\//

const loaded = new Set<string>()
registerHooks({
  load(url, context, next) {
    loaded.add(url)
    return next(url, context)
  },
})

export interface Imported {
  readonly ms: number
  /** What came to be loaded meanwhile. */
  readonly modules: number
  readonly mebibytes: number
}

async function importing(load: () => Promise<unknown>): Promise<Imported> {
  const [before, beforeBytes, startMs] = [loaded.size, process.memoryUsage.rss(), performance.now()]
  await load()
  const ms = performance.now() - startMs
  return { ms, modules: loaded.size - before, mebibytes: (process.memoryUsage.rss() - beforeBytes) / MiB }
}

const calls = {
  /** Beside libp2p, which shares much of it. */
  async library(): Promise<Imported> {
    await import('../names/latch-node.ts')
    return importing(() => import('@helia/unixfs'))
  },
  /** The modules of a node, as the headless host loads them; of them, those of the library. */
  async start(): Promise<Imported & { readonly ofLibrary: number }> {
    const whole = await importing(() => Promise.all([import('../../../src/main/node/peer-node.ts'), import('../../../src/main/node/create-node.ts')]))
    return { ...whole, ofLibrary: [...loaded].filter((url) => OF_LIBRARY.test(url)).length }
  },
}
export type ImportCalls = typeof calls

serve(calls, 'ready')
