import type { SiteCid } from '../../../src/shared/model/sites.ts'
import { systemClock } from '../../../src/main/platform/clock.ts'
import type { FrameStream } from '../../../src/main/platform/streams.ts'
import { COPY_TERMS, createCopyProtocol, type BlockId } from '../../../src/main/protocols/copy/index.ts'
import { encodeAnswer, encodeReply } from '../../../src/main/protocols/copy/messages.ts'
import { cidOf } from '../../../src/main/features/copies/dag/block-id.ts'
import { makeTree } from '../../../src/main/features/copies/dag/make.ts'
import type { Blocks } from '../../helpers/bad-trees.ts'
import { alice, site, sourceOf, type Files, type Resident, type Town } from './copy-town.ts'

/** A tree in memory, for those who give of it as they like. */
export async function treeOf(files: Files): Promise<{ cid: SiteCid; root: BlockId; blocks: Blocks }> {
  const blocks: Blocks = new Map()
  const put = (id: BlockId, bytes: Uint8Array): Promise<void> => Promise.resolve(void blocks.set(id, bytes))
  const { root } = await makeTree(sourceOf(files), put, new AbortController().signal, () => {})
  return { cid: cidOf(root), root, blocks }
}

/** Gives whatever `give` says, in the form of the protocol. */
export async function holds({ streams, offence }: Resident, give: (id: BlockId) => Promise<Uint8Array | null>): Promise<void> {
  await createCopyProtocol({ streams, clock: systemClock, offence }).serve({
    blocks: () => Promise.resolve({ give, over: () => {} }),
    provide: () => 'told',
    who: () => [],
  })
}

/** Gives what there is, as it is. */
export function holdsAll(one: Resident, blocks: Blocks): Promise<void> {
  return holds(one, (id) => Promise.resolve(blocks.get(id) ?? null))
}

/** Opens whatever is asked for, and answers no want. */
export async function holdsSilently({ streams }: Resident): Promise<void> {
  await streams.serve(COPY_TERMS, async (stream) => {
    await opened(stream)
    await stream.over
  })
}

/** Answers each want with a block that never ends. */
export async function holdsEndlessly({ streams }: Resident): Promise<void> {
  await streams.serve(COPY_TERMS, async (stream) => {
    await opened(stream)
    await stream.read()
    for (;;) await stream.write(encodeReply({ kind: 'more', number: 1, bytes: new Uint8Array(65_536) }))
  })
}

async function opened(stream: FrameStream): Promise<void> {
  await stream.read()
  await stream.write(encodeAnswer('open'))
}

/** The zone names this tree, and these devices of its owner. */
export function name({ zones }: Town, cid: SiteCid, devices: readonly Resident[]): void {
  zones.set(site, { owner: alice, cid, signedMs: 0, devices: devices.map(({ peerId }) => peerId) })
}
