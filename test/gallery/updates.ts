import type { Updates } from '../../src/shared/model/updates.ts'
import type { implementWith, World } from './world.ts'

/** A build that looks at nothing yet. */
export const noUpdates: Updates = {
  running: '0.1.0',
  source: 'https://latch.example/releases/latest.json',
  daily: 'unasked',
  checking: false,
  found: null,
}

/** What a scene knows of newer versions; a check finds what is known already. */
export function createUpdates(os: ReturnType<typeof implementWith>, world: World) {
  const known = (): Updates => world.scene.updates
  return {
    get: os.updates.get.handler(known),
    daily: os.updates.daily.handler(({ input }) => {
      world.scene.updates = { ...known(), daily: input.on ? 'on' : 'off' }
      world.updates.tell({ event: 'updates-changed', updates: known() })
      return known()
    }),
    check: os.updates.check.handler(known),
    save: os.updates.save.handler(({ input }) => ({ path: `/home/ada/Downloads/${input.name}` })),
    watch: os.updates.watch.handler(({ signal }) => world.updates.watch(known, signal)),
  }
}
