import { linksOf, readNode, readRoot } from '../../../src/main/features/copies/dag/node.ts'
import { TreeError } from '../../../src/main/features/copies/dag/protobuf.ts'
import { MAX_NODE_BYTES } from '../../../src/main/features/copies/limits.ts'
import { isBlockId } from '../../../src/main/protocols/copy/messages.ts'
import { must, REFUSED, refusing } from '../oracle.ts'

const ID = `01701220${'00'.repeat(32)}`

/** Nodes of the tree that a site is made of, from whoever keeps a copy. */
export async function fuzz(data: Buffer): Promise<void> {
  const read = await refusing([TreeError], () => readRoot(ID, data))
  await refusing([TreeError], () => readNode({ id: ID, treeBytes: data.byteLength }, data))
  if (read === REFUSED) return
  const { link, node } = read
  must(data.byteLength <= MAX_NODE_BYTES, 'too large a node')
  must(Number.isSafeInteger(link.treeBytes) || link.treeBytes > 2 ** 53, 'a size that is none')
  for (const { id } of linksOf(node)) must(isBlockId(id), 'a link to no block')
  for (const { name } of node.entries) must(name !== '' && name !== '..' && !/[/\\\0]/.test(name), 'a name that steps out')
  must((await refusing([TreeError], () => readNode(link, data))) !== REFUSED, 'a root that is no node')
}
