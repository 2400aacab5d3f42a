import type { PeerId } from '../../src/shared/ids.ts'
import type { Rule } from '../../src/shared/model/door.ts'
import type { Introducer } from '../../src/shared/model/reach.ts'
import { peerIdOf } from './ids.ts'
import { away, introducer, introducerCard, introduction } from './network.ts'
import type { implementWith, World } from './world.ts'

/** How this device is reached, over one scene. A link says by its words what is wrong with it: `forged`, `expired`. */
export function createReach(os: ReturnType<typeof implementWith>, world: World) {
  const { scene } = world
  const of = (peerId: PeerId): Introducer | undefined =>
    scene.connectivity.introducers.find((introducer) => introducer.peerId === peerId)

  return {
    connectivity: os.reach.connectivity.handler(() => scene.connectivity),
    report: os.reach.report.handler(() => ({ text: `NAT: ${scene.connectivity.nat.kind}` })),
    check: os.reach.check.handler(() => {
      const nat = { ...scene.connectivity.nat, checkedMs: Date.now() }
      scene.connectivity = { ...scene.connectivity, nat }
      world.reach.tell({ event: 'nat-changed', nat })
      return scene.connectivity
    }),
    readIntroducer: os.reach.readIntroducer.handler(({ input, errors }) => {
      if (input.link.includes('forged')) {
        throw errors.BAD_INPUT({ message: 'This link was tampered with or cut short: ask for a new one.' })
      }
      if (input.link.includes('expired')) {
        throw errors.BAD_INPUT({ message: 'This link has expired: ask for a new one.' })
      }
      return introducerCard(scene.card)
    }),
    addIntroducer: os.reach.addIntroducer.handler(({ input }) =>
      world.putIntroducer(
        input.to.startsWith('latch:')
          ? introducer('Harbor', { ...away, state: 'connecting' })
          : introducer(input.to, { ...away, peerId: peerIdOf(input.to), addresses: [input.to], state: 'connecting' }),
      ),
    ),
    enableIntroducer: os.reach.enableIntroducer.handler(({ input, errors }) => {
      const known = of(input.peerId)
      if (known === undefined) throw errors.NOT_FOUND()
      return world.putIntroducer({
        ...known,
        ...away,
        enabled: input.enabled,
        state: input.enabled ? 'connecting' : 'off',
      })
    }),
    forgetIntroducer: os.reach.forgetIntroducer.handler(({ input }) => {
      const introducers = scene.connectivity.introducers.filter(({ peerId }) => peerId !== input.peerId)
      scene.connectivity = { ...scene.connectivity, introducers }
      world.reach.tell({ event: 'introducer-forgotten', peerId: input.peerId })
      return input
    }),
    introduction: os.reach.introduction.handler(() => introduction(isServing(scene.rules), scene.introduction)),
    watch: os.reach.watch.handler(({ signal }) => world.reach.watch(() => scene.connectivity, signal)),
  }
}

/** As main decides it. */
function isServing(rules: readonly Rule[]): boolean {
  return rules.some(({ enabled, capability, verdict }) => enabled && capability === 'relay' && verdict === 'allow')
}
