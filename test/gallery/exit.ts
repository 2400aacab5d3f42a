import type { ExitSnapshot } from '../../src/shared/contract/exit.ts'
import type { Exit } from '../../src/shared/model/exit.ts'
import { accountOf, peerIdOf } from './ids.ts'
import { now } from './people.ts'
import type { implementWith, World } from './world.ts'

export type ExitScene = ExitSnapshot

export const noExits: ExitScene = { offered: false, exits: [], uses: [] }

export function exitOf(name: string, changes: Partial<Exit> = {}): Exit {
  return { peerId: peerIdOf(name), account: accountOf(name), called: name, state: 'open', checkedMs: now(), ...changes }
}

/** Ways out over one scene. */
export function createExit(os: ReturnType<typeof implementWith>, world: World) {
  const scene = (): ExitScene => world.scene.exit
  return {
    list: os.exit.list.handler(() => scene().exits),
    check: os.exit.check.handler(({ input, errors }) => {
      const exit = scene().exits.find(({ peerId }) => peerId === input.peerId)
      if (exit === undefined) throw errors.NOT_FOUND()
      return exit
    }),
    uses: os.exit.uses.handler(() => scene().uses),
    clear: os.exit.clear.handler(() => {
      scene().uses = []
      world.exit.tell({ event: 'uses-cleared' })
      return {}
    }),
    watch: os.exit.watch.handler(({ signal }) => world.exit.watch(() => scene(), signal)),
  }
}
