import type { CopiesSnapshot } from '../../src/shared/contract/copies.ts'
import type { Copy, CopyChanges, CopyLook } from '../../src/shared/model/copies.ts'
import { SiteCid, type SiteName } from '../../src/shared/model/sites.ts'
import { GiB, MiB } from '../../src/shared/units.ts'
import { accountOf, cidOf } from './ids.ts'
import { now } from './people.ts'
import type { implementWith, World } from './world.ts'

/** What is kept, and what a site would take that is not. */
export interface CopiesScene extends CopiesSnapshot {
  look: Partial<CopyLook>
  changes: Partial<CopyChanges>
}

export const noCopies: CopiesScene = { copies: [], diskBytes: 0, look: {}, changes: {} }

export const siteCidOf = (name: string): SiteCid => SiteCid.parse(cidOf(name))

export function copyOf(site: SiteName, changes: Partial<Copy> = {}): Copy {
  return {
    site,
    owner: accountOf('Bea'),
    cid: siteCidOf(site),
    files: 52,
    bytes: 6 * MiB,
    state: { kind: 'whole' },
    keptMs: now(),
    latest: siteCidOf(site),
    isServed: true,
    servedBytes: 0,
    ...changes,
  }
}

/** Copies over one scene. */
export function createCopies(os: ReturnType<typeof implementWith>, world: World) {
  const scene = (): CopiesScene => world.scene.copies
  const copy = (site: SiteName): Copy | undefined => scene().copies.find((one) => one.site === site)
  const put = (kept: Copy): Copy => {
    scene().copies = [...scene().copies.filter(({ site }) => site !== kept.site), kept]
    world.copies.tell({ event: 'copy-changed', copy: kept })
    return kept
  }
  return {
    list: os.copies.list.handler(() => scene().copies),
    look: os.copies.look.handler(({ input }) => ({
      site: input.site,
      owner: accountOf('Bea'),
      cid: siteCidOf(input.site),
      files: 52,
      bytes: 6 * MiB,
      holders: 2,
      hereBytes: 0,
      freeBytes: 84 * GiB,
      ...scene().look,
    })),
    keep: os.copies.keep.handler(({ input }) => {
      const state = { kind: 'fetching', doneFiles: 9, doneBytes: MiB, bytesPerSecond: MiB / 2, sources: 2 } as const
      return put(copyOf(input.site, { ...copy(input.site), state }))
    }),
    cancel: os.copies.cancel.handler(({ input, errors }) => {
      const kept = copy(input.site)
      if (kept === undefined) throw errors.NOT_FOUND()
      const doneBytes = kept.state.kind === 'fetching' ? kept.state.doneBytes : 0
      return put({ ...kept, state: { kind: 'stopped', why: 'You stopped it.', doneBytes } })
    }),
    changes: os.copies.changes.handler(({ input }) => ({
      site: input.site,
      from: siteCidOf(input.site),
      to: siteCidOf(`${input.site} later`),
      changes: [],
      added: 0,
      changed: 0,
      removed: 0,
      fetchBytes: 0,
      ...scene().changes,
    })),
    serve: os.copies.serve.handler(({ input, errors }) => {
      const kept = copy(input.site)
      if (kept === undefined) throw errors.NOT_FOUND()
      return put({ ...kept, isServed: input.served })
    }),
    drop: os.copies.drop.handler(({ input }) => {
      const freedBytes = copy(input.site)?.bytes ?? 0
      scene().copies = scene().copies.filter(({ site }) => site !== input.site)
      world.copies.tell({ event: 'copy-gone', site: input.site })
      return { site: input.site, freedBytes }
    }),
    watch: os.copies.watch.handler(({ signal }) =>
      world.copies.watch(() => ({ copies: scene().copies, diskBytes: scene().diskBytes }), signal),
    ),
  }
}
