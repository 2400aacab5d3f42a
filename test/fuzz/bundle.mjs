// Bundles the targets for a fuzzer: CommonJS, which is what both of them instrument.
import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { BANNER, countEdges } from './edges.mjs'

const beside = (path) => fileURLToPath(new URL(path, import.meta.url))
const folder = beside('targets')

/** Loaded as they are: compiled code, which has no branches to be counted. */
const NATIVE = [/^(better-sqlite3-multiple-ciphers|sodium-native|classic-level|node-datachannel)$/, /\.node$/]

/** Libraries that read what strangers send, and are guided through as if they were ours. */
const READERS = /node_modules\/(@ipld\/dag-cbor|cborg|@ipld\/dag-pb|multiformats|protons-runtime|dns-packet|@multiformats\/multiaddr)\//

const isOurs = (id) => !id.includes('node_modules') || READERS.test(id)

/** The names of all targets, in order. */
export function targets() {
  return readdirSync(folder).filter((name) => name.endsWith('.ts')).map((name) => basename(name, '.ts')).toSorted()
}

/**
 * Writes `target-<name>.cjs` for each name to `dir`, what they share beside it, and libraries to files named `library-…`, which a
 * fuzzer leaves alone. `counted`: with the branches of our sources counted.
 */
export async function bundle(names, dir, { counted }) {
  const entries = Object.fromEntries(names.map((name) => [`target-${name}`, beside(`targets/${name}.ts`)]))
  const input = counted ? { ...entries, engine: beside('engine.ts'), keep: beside('keep.ts') } : entries
  const built = await rolldown({ input, platform: 'node', external: NATIVE, logLevel: 'silent', plugins: counted ? [countEdges(isOurs)] : [] })
  await built.write({
    dir,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    banner: counted ? BANNER : '',
    codeSplitting: { groups: [{ name: 'library', test: (id) => !isOurs(id) }] },
  })
  await built.close()
}
