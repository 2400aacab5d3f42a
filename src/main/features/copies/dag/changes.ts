import type { CopyChanges } from '../../../../shared/model/copies.ts'
import { MAX_NAMED_CHANGES } from '../limits.ts'
import type { Survey, TreeFile } from './survey.ts'

type Change = CopyChanges['changes'][number]

export interface Changes extends Pick<CopyChanges, 'changes' | 'added' | 'changed' | 'removed'> {
  /** Files of the later tree that the earlier one does not have in that place. */
  readonly fresh: readonly TreeFile[]
}

/** Files that are compared between two turns of the event loop: 2 ms. */
const FILES_PER_TURN = 2_048

/** Between two trees, path by path; the first 500 are named, in the order of their paths. */
export async function changesOf(before: Survey, after: Survey): Promise<Changes> {
  const old = new Map<string, TreeFile>()
  const first = new FirstChanges()
  const fresh: TreeFile[] = []
  const counts = { added: 0, changed: 0, removed: 0 }
  await inTurns(before.files, (file) => void old.set(file.path, file))
  await inTurns(after.files, (file) => {
    const was = old.get(file.path)
    old.delete(file.path)
    if (was?.id === file.id) return
    const kind = was === undefined ? 'added' : 'changed'
    counts[kind] += 1
    fresh.push(file)
    first.take({ path: file.path, kind, bytes: file.bytes })
  })
  await inTurns([...old.values()], ({ path, bytes }) => {
    counts.removed += 1
    first.take({ path, kind: 'removed', bytes })
  })
  return { ...counts, changes: first.list, fresh }
}

/** Calls `one` for each, and lets everything else go on now and then. */
export async function inTurns<Item>(items: readonly Item[], one: (item: Item) => void): Promise<void> {
  for (let at = 0; at < items.length; at++) {
    if (at % FILES_PER_TURN === FILES_PER_TURN - 1) await new Promise((resolve) => setImmediate(resolve))
    one(items[at] as Item)
  }
}

/** Control characters, also those of terminals, ends of lines, and what turns the direction of all that stands around it. */
const UNSHOWN = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** The first by their paths, of however many. Others made up the names, and they are shown. */
class FirstChanges {
  readonly list: Change[] = []

  take({ path, ...what }: Change): void {
    const change = { path: path.replace(UNSHOWN, '\ufffd'), ...what }
    let [low, high] = [0, this.list.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.list[middle]?.path ?? '') < change.path) low = middle + 1
      else high = middle
    }
    if (low >= MAX_NAMED_CHANGES) return
    this.list.splice(low, 0, change)
    if (this.list.length > MAX_NAMED_CHANGES) this.list.pop()
  }
}
