import { open } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { base32 } from 'multiformats/bases/base32'
import { LatchError } from '../../../shared/errors.ts'
import { TransferId } from '../../../shared/ids.ts'
import type { Transfer } from '../../../shared/model/files.ts'
import { Feed } from '../../platform/feed.ts'
import { HashThreads } from '../../platform/hash-tree-threads.ts'
import { createFileProtocol } from '../../protocols/file/index.ts'
import { Book } from './book.ts'
import { Fetches } from './fetches.ts'
import { createGiving } from './giving.ts'
import { MAX_SHOWN_BYTES, SNIFFED_BYTES } from './limits.ts'
import { isWithin } from './look.ts'
import { migrations } from './migrations.ts'
import { Offers } from './offers.ts'
import { Parts } from './parts.ts'
import { Shelf, stampOf } from './shelf.ts'
import { shownType } from './sniff.ts'
import { Staging } from './staging.ts'
import { TransferRows } from './transfer-rows.ts'
import type { FilesEvent, FilesFeature, FilesParts } from './types.ts'

const ID_BYTES = 16

/** Files and folders of conversations. */
export function createFiles(parts: FilesParts): FilesFeature {
  const { database, clock, log } = parts
  database.migrate('files', migrations)
  const feed = new Feed<FilesEvent>((error) => log.error({ error }, 'a listener to files failed'))
  const wholes = new Feed<Parameters<Parameters<FilesFeature['onWhole']>[0]>[0]>((error) => log.error({ error }, 'a listener to whole files failed'))
  const stopped = new AbortController()
  const newId = (): TransferId => TransferId.parse(base32.baseEncode(parts.random(ID_BYTES)))
  const rows = new TransferRows(database)
  const shelf = new Shelf(database)
  const threads = new HashThreads()
  const book = new Book({ clock, rows, feed })
  const inParts = new Parts(clock, newId)
  const staging = new Staging({ ...parts, rows, shelf, threads, newId })
  const protocol = createFileProtocol(parts)
  const fetches = new Fetches({
    ...parts,
    rows,
    book,
    shelf,
    threads,
    protocol,
    onWhole: ({ message, conversation, offer }) => wholes.publish({ message, conversation, file: offer.file }),
  })
  const offers = new Offers({ ...parts, book, shelf, fetches, staging, newId, stopped: stopped.signal })
  const signalOf = (signal?: AbortSignal): AbortSignal => (signal === undefined ? stopped.signal : AbortSignal.any([signal, stopped.signal]))

  async function lies(id: TransferId): Promise<string> {
    const row = book.get(id)
    const path = row.path ?? shelf.get(row.offer.file)?.path
    const isThere = path !== undefined && (row.offer.kind === 'folder' || (await stampOf(path)) !== null)
    if (!isThere) throw new LatchError('NOT_FOUND', 'It is not on this device, or was moved away.')
    return path
  }

  function moved(id: TransferId, from: readonly Transfer['state'][], to: Transfer['state'], endedMs: number | null = null): Transfer {
    const { direction, state } = book.get(id)
    if (direction === 'in' && from.includes(state)) return book.change(id, { state: to, why: null, endedMs })
    throw new LatchError('CONFLICT', 'That cannot be done with this file now.')
  }

  return {
    async start() {
      await staging.tidy()
      await protocol.serve({
        give: createGiving({ ...parts, shelf, onTaken: (file, account) => offers.taken(file, account), onGone: (file) => offers.gone(file) }),
      })
      offers.start()
      fetches.start()
    },
    async stop() {
      stopped.abort(new Error('stopping'))
      await fetches.close()
      await threads.close()
    },

    stage: (path, looks, signal, onBytes = () => {}) => staging.stage(path, looks, signalOf(signal), onBytes),
    stageBytes: (name, type, bytes, looks) => staging.stageBytes(name, type, bytes, looks),
    putPart: (id, part) => inParts.put(id, part),
    takeParts: (id, last) => inParts.take(id, last),
    unstage: (id) => staging.remove(id),

    list: () => book.list(),
    async accept(id, folder) {
      if (folder !== undefined && (!isAbsolute(folder) || isWithin(folder, parts.dataFolder))) {
        throw new LatchError('BAD_INPUT', 'That is not a folder that files can go to.')
      }
      const row = book.get(id)
      if (row.direction === 'in' && row.state === 'done') throw new LatchError('CONFLICT', 'It is here already.')
      offers.answered(id)
      const transfer = moved(id, ['offered', 'asked', 'refused', 'failed', 'cancelled', 'gone', 'paused', 'waiting'], 'queued')
      if (folder !== undefined) book.change(id, { folder })
      fetches.look()
      return await Promise.resolve(book.find(id) === null ? transfer : book.shown(book.get(id)))
    },
    refuse(id) {
      offers.answered(id)
      return moved(id, ['offered', 'asked'], 'refused', clock.nowMs())
    },
    pause(id) {
      const transfer = moved(id, ['queued', 'running', 'waiting', 'checking'], 'paused')
      void fetches.halt(id)
      return transfer
    },
    resume(id) {
      moved(id, ['paused', 'waiting', 'failed', 'gone'], 'queued')
      fetches.look()
      return book.shown(book.get(id))
    },
    async cancel(id) {
      const row = book.get(id)
      if (row.direction === 'out') return offers.takeBack(row)
      const transfer = moved(id, ['offered', 'asked', 'queued', 'running', 'waiting', 'checking', 'paused', 'failed', 'gone'], 'cancelled', clock.nowMs())
      offers.answered(id)
      await fetches.halt(id)
      await fetches.drop(id)
      return { ...transfer, doneBytes: book.change(id, { doneBytes: 0 }).doneBytes }
    },
    pathOf: (id) => lies(id),
    async bytes(id) {
      const row = book.get(id)
      if (row.offer.kind === 'folder' || (row.direction === 'in' && row.state !== 'done')) throw new LatchError('NOT_FOUND', 'It is not whole on this device.')
      const handle = await open(await lies(id), 'r')
      try {
        const { size } = await handle.stat()
        if (size > MAX_SHOWN_BYTES) throw new LatchError('TOO_LARGE', 'It is too large to be shown here. Open its folder.')
        const data = new Uint8Array(await handle.readFile())
        const type = shownType(data.subarray(0, SNIFFED_BYTES))
        if (type === null) throw new LatchError('NOT_ALLOWED', 'It is not of a kind that is shown here. Open its folder.')
        return { type, data }
      } finally {
        await handle.close()
      }
    },
    watch: (signal) => feed.watch(() => ({ transfers: book.list(), folder: parts.folder() }), signal),

    offerOf: (staged) => staging.get(staged).offer,
    offered: (offered, staged) => offers.offered(offered, staged),
    withdrawn: (message) => offers.withdrawn(message),
    onWhole: (listener) => wholes.subscribe(listener),
    connected: (peerId) => fetches.connected(peerId),
  }
}
