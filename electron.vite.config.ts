import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'

/**
 * Stay in node_modules: Electron itself, and the packages whose binaries lie beside their code. Everything else is
 * bundled, as a node from one file starts three times as fast as from thousands of loose ones.
 */
const NOT_BUNDLED = [
  'electron',
  'better-sqlite3-multiple-ciphers',
  'sodium-native',
  'node-datachannel',
  /^node-datachannel\//,
  /^@node-datachannel\//,
  'classic-level',
]

/**
 * Puts JSON that a package asks for through `createRequire(import.meta.url)` into the bundle: at run time it would be
 * looked for beside the bundle. (@achingbrain/ssdp, below UPnP, reads its own package.json so.)
 */
const inlineRequiredJson: Plugin = {
  name: 'inline-required-json',
  transform: {
    filter: { id: /node_modules.*\.js$/, code: 'createRequire(import.meta.url)' },
    handler: (code, id) =>
      code.replaceAll(/\breq(?:uire)?\('(\.[^']+\.json)'\)/g, (_call, path: string) =>
        `(${readFileSync(resolve(dirname(id), path), 'utf8')})`,
      ),
  },
}

export default defineConfig({
  main: {
    plugins: [inlineRequiredJson],
    build: {
      externalizeDeps: false,
      target: 'node24',
      rolldownOptions: {
        input: {
          index: 'src/main/index.ts',
          headless: 'src/main/headless.ts',
          cli: 'src/cli/index.ts',
        },
        external: NOT_BUNDLED,
        output: { format: 'es', entryFileNames: '[name].js' },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      target: 'node24',
      rolldownOptions: {
        input: { index: 'src/preload/index.ts' },
        external: ['electron'],
        // A sandboxed preload must be one CommonJS file.
        output: { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [react()],
    build: {
      minify: true,
      // No data: URLs, which the content security policy does not let in.
      assetsInlineLimit: 0,
      rolldownOptions: { input: 'src/renderer/index.html' },
    },
  },
})
