// `npm run check`: types, lint, layers and unit tests, in under half a minute.
import { summarise, typesAndLint, vitest } from './legs.mjs'
import { runAsScript } from './lib.mjs'
import { setup } from './setup.mjs'

export const check = async () => [...(await typesAndLint()), await vitest('unit', ['unit', 'ui'])]

runAsScript(import.meta.url, async () => {
  await setup()
  return summarise(await check())
})
