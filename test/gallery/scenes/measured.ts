import type { NatKind } from '../../../src/shared/model/reach.ts'
import { measuredPairs } from '../measured.ts'
import { connectivity } from '../network.ts'
import type { Scene } from '../world.ts'
import { paths, scene, type GalleryScene } from './scene.ts'

const behind = (kind: NatKind): Partial<Scene> => ({
  measured: measuredPairs,
  connectivity: connectivity({ nat: { ...connectivity().nat, kind } }),
})

/** Which networks reach which. */
export const measuredScenes: Record<string, GalleryScene> = {
  'measured-some': scene(paths.measured, behind('port-restricted')),
  'measured-open': scene(paths.measured, behind('open')),
  'measured-unknown': scene(paths.measured, { measured: measuredPairs }),
  'measured-cell': scene(paths.measured, behind('symmetric'), [
    { focusFirst: 'table button[tabindex="0"]' },
    { press: 'ArrowRight' },
    { press: 'ArrowRight' },
    { press: 'ArrowRight' },
    { waitMs: 200 },
  ]),
  'measured-empty': scene(paths.measured, { measured: [] }),
  'measured-built-in': scene(paths.measured, { connectivity: connectivity() }),
}
