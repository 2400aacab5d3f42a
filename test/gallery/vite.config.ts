import react from '@vitejs/plugin-react'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = fileURLToPath(new URL('.', import.meta.url))

/** The gallery is built like the product's window: fonts as files, since the policy allows no `data:` there. */
export default defineConfig({
  root: here,
  plugins: [react()],
  build: {
    outDir: fileURLToPath(new URL('../../.cache/gallery', import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    minify: false,
    target: 'chrome140',
    chunkSizeWarningLimit: 4_000,
  },
})
