import module from 'node:module'
import { join } from 'node:path'

// Compiled code is kept between starts, which halves them. It holds for what is imported from here on.
module.enableCompileCache(join(import.meta.dirname, '../../node_modules/.cache/latch'))

// Named here: bundled, the modules of the node lie in a folder of their own.
const windowFolder = join(import.meta.dirname, '../renderer')
const [word, ...rest] = process.argv.slice(2)
if (word === 'introduce') {
  const { runIntroduce } = await import('./headless/introduce.ts')
  process.exitCode = await runIntroduce(rest, windowFolder)
} else {
  const { runHeadless } = await import('./headless/run.ts')
  process.exitCode = await runHeadless(process.argv.slice(2), windowFolder)
}
// By itself, as a rule; the threads of WebRTC may take a while.
setTimeout(() => process.exit(), 1_000).unref()
