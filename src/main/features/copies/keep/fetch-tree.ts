import { setImmediate } from 'node:timers/promises'
import type { BlockId } from '../dag/block-id.ts'
import { TreeError } from '../dag/protobuf.ts'
import { piecesOf, type Piece } from '../dag/read-file.ts'
import { survey, type GetBlock, type Survey, type TreeFile } from '../dag/survey.ts'
import { MAX_PIECES, WANTS_AT_ONCE, WANTS_AT_ONCE_BYTES } from '../limits.ts'
import type { BlockStore, TreeId } from '../store/block-store.ts'

export interface FetchTreeParts {
  readonly root: BlockId
  readonly tree: TreeId
  readonly store: BlockStore
  /** What is not in the store; its hash was checked. */
  readonly getElsewhere: GetBlock
  /** Blocks that were read, or came, since this copy began to be fetched: they need not be read again. */
  readonly checked: Set<BlockId>
  readonly signal: AbortSignal
  readonly onSurvey: (survey: Survey) => void
  /** A file that lies there twice counts twice. */
  readonly onPiece: (bytes: number, from: 'here' | 'elsewhere') => void
  readonly onFile: (times: number) => void
}

/** Blocks that are gone when all were written down are fetched again so often. */
const SETTLE_TRIES = 3

/** Pieces between two turns of the event loop, where nothing else makes one: a piece that is here already costs 10 µs. */
const PIECES_PER_TURN = 256

/**
 * Brings a whole tree into the store. What is there already is read and its hash checked; all else comes from elsewhere.
 * Resolves when every block was seen and lies on the disk for good. *Errors*: TreeError, those of the store and of `getElsewhere`.
 */
export async function fetchTree(parts: FetchTreeParts): Promise<Survey> {
  const { root, tree, store, checked, signal } = parts
  const get: GetBlock = async (id) => (await fetched(id)).block
  const fetched = async (id: BlockId): Promise<{ block: Uint8Array; from: 'here' | 'elsewhere' }> => {
    signal.throwIfAborted()
    const here = await store.get(id)
    const block = here ?? (await parts.getElsewhere(id, signal))
    signal.throwIfAborted()
    // It may have been removed with another tree while it was read.
    if (here === null || store.note(tree, id) === 'not-here') await store.put(tree, id, block)
    checked.add(id)
    return { block, from: here === null ? 'elsewhere' : 'here' }
  }
  const surveyed = await survey(root, get, signal)
  parts.onSurvey(surveyed)

  const one = async (piece: Piece, times: number): Promise<void> => {
    if (checked.has(piece.id) && store.note(tree, piece.id) === 'noted') return parts.onPiece(piece.bytes * times, 'here')
    const { block, from } = await fetched(piece.id)
    if (block.byteLength !== piece.bytes) throw new TreeError('damaged', 'a piece of a file of another size')
    parts.onPiece(piece.bytes * times, from)
  }

  const running = new Running()
  try {
    let pieces = 0
    for (const { file, times } of eachOnce(surveyed.files)) {
      const whole = new Whole(() => parts.onFile(times))
      for await (const piece of piecesOf(file, get, signal)) {
        if (++pieces > MAX_PIECES) throw new TreeError('too-large', 'files in too many pieces')
        if (pieces % PIECES_PER_TURN === 0) await setImmediate()
        await running.start(piece.treeBytes, () => whole.after(one(piece, times)))
      }
      whole.isListed()
    }
  } finally {
    // Nothing of it goes on when this is over.
    await running.settled()
  }
  running.check()
  signal.throwIfAborted()
  // Whole is only what is there when all of it was written: others read and remove meanwhile, and a disk may lose something.
  let lost = await store.settle([...checked])
  for (let tries = 0; lost.length > 0; tries++) {
    if (tries === SETTLE_TRIES) throw new Error(`the disk loses what is written to it: ${lost.length} blocks`)
    for (const id of lost) checked.delete(id)
    for (const id of lost) await fetched(id)
    lost = await store.settle(lost)
  }
  return surveyed
}

/** Every file once, however many paths it has. */
export function eachOnce(files: readonly TreeFile[]): Iterable<{ readonly file: TreeFile; readonly times: number }> {
  const byId = new Map<BlockId, { file: TreeFile; times: number }>()
  for (const file of files) {
    const known = byId.get(file.id)
    if (known === undefined) byId.set(file.id, { file, times: 1 })
    else known.times += 1
  }
  return byId.values()
}

/** So many, of so many bytes, at once; after the first that fails, nothing more is begun. */
class Running {
  readonly #now = new Set<Promise<void>>()
  readonly #failures: unknown[] = []
  #bytes = 0

  async start(bytes: number, run: () => Promise<void>): Promise<void> {
    while (this.#now.size > 0 && (this.#now.size >= WANTS_AT_ONCE || this.#bytes + bytes > WANTS_AT_ONCE_BYTES)) {
      await Promise.race(this.#now)
    }
    this.check()
    this.#bytes += bytes
    const one: Promise<void> = run()
      .catch((error: unknown) => void this.#failures.push(error))
      .finally(() => {
        this.#now.delete(one)
        this.#bytes -= bytes
      })
    this.#now.add(one)
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#now)
  }

  /** *Errors*: the first. */
  check(): void {
    if (this.#failures.length > 0) throw this.#failures[0]
  }
}

/** Calls once all pieces of a file are there, and it is known that there are no more. */
class Whole {
  readonly #then: () => void
  #left = 1

  constructor(then: () => void) {
    this.#then = then
  }

  async after(piece: Promise<void>): Promise<void> {
    this.#left += 1
    await piece
    this.isListed()
  }

  isListed(): void {
    this.#left -= 1
    if (this.#left === 0) this.#then()
  }
}
