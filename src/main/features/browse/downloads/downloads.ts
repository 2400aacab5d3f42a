import { rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { LatchError } from '../../../../shared/errors.ts'
import type { AccountId, PeerId } from '../../../../shared/ids.ts'
import { DownloadId, type Download } from '../../../../shared/model/browse.ts'
import type { SiteName } from '../../../../shared/model/sites.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { DOWNLOAD_TELL_EVERY_MS, MAX_ASKING, MAX_ASKING_OF_SITE, MAX_DOWNLOADING, MAX_DOWNLOADS, MAX_MADE_BYTES, MAX_UNDER_WAY } from '../limits.ts'
import { paced } from '../../../platform/paced.ts'
import { quarantine } from '../../../platform/quarantine.ts'
import type { BrowseDoor, BrowseEvent, MadeFile, OfferedFile, Opening } from '../types.ts'
import { Gate } from '../views/gate.ts'
import { fetchFile, whyNotSaved, type Wanted } from './fetching.ts'
import { fileName } from './file-name.ts'
import { takeMade, tooLarge } from './made.ts'
import type { DownloadStore } from './store.ts'
import { partPath, writeDownload } from './writing.ts'

export interface DownloadsParts {
  readonly store: DownloadStore
  readonly clock: Clock
  readonly log: Log
  readonly newId: () => string
  readonly opening: Opening
  readonly door: Pick<BrowseDoor, 'file' | 'took'>
  readonly folder: string
  readonly tell: (event: BrowseEvent) => void
}

/** Whose page offers a file, over which device it came. */
export interface Offerer {
  readonly site: SiteName
  readonly owner: AccountId
  readonly peerId: PeerId
}

interface Held {
  download: Download
  /** Null: kept from before, and over. */
  readonly wanted: Wanted | null
  /** What the page made by itself; null: it is fetched. */
  readonly made: MadeFile | null
  stop: AbortController | null
}

/** Files that pages offer: past the door, or the person; written beside where they will lie; never opened. */
export class Downloads {
  readonly #parts: DownloadsParts
  readonly #gate = new Gate(MAX_DOWNLOADING, MAX_UNDER_WAY)
  readonly #held = new Map<DownloadId, Held>()
  readonly #running = new Set<Promise<void>>()

  constructor(parts: DownloadsParts) {
    this.#parts = parts
    for (const { download } of parts.store.list().toReversed()) this.#held.set(download.id, { download, wanted: null, made: null, stop: null })
  }

  /** What was under way when Latch ended is over, and its part goes. */
  async start(): Promise<void> {
    for (const { download, part } of this.#parts.store.list()) {
      if (part !== null) await rm(part, { force: true }).catch((error: unknown) => this.#parts.log.warn({ error }, 'a part of a download stays'))
      const held = this.#held.get(download.id)
      if (held === undefined || (download.state !== 'running' && download.state !== 'asking')) continue
      held.download = { ...download, state: 'cancelled', why: 'Latch was closed before it was whole.', doneBytes: 0 }
      this.#parts.store.put(held.download, null)
    }
  }

  /** Resolves when nothing is written any more. */
  async stop(): Promise<void> {
    this.#gate.close()
    for (const { made, stop } of this.#held.values()) {
      stop?.abort(new Error('Latch is closing'))
      made?.drop()
    }
    await Promise.allSettled(this.#running)
  }

  /** The latest first. */
  list(): Download[] {
    return [...this.#held.values()].map(({ download }) => ({ ...download })).toReversed()
  }

  /** `refused`: the door said no, or there are too many of them. */
  offered(file: OfferedFile, from: Offerer): 'taken' | 'refused' {
    const { clock, door, newId } = this.#parts
    const name = fileName(file.name)
    const open = [...this.#held.values()].filter(({ download: { state } }) => state === 'asking' || state === 'running')
    // The same file again: it is being asked about, or comes already.
    if (file.made === undefined && open.some(({ download: { url, state } }) => url === file.url && state === 'asking')) return 'taken'
    const bytes = file.made?.bytes ?? null
    const said = door.file({ owner: from.owner, peerId: from.peerId }, name, bytes)
    if (said === 'deny') return 'refused'
    const runs = said === 'allow' && file.byPerson
    const asking = open.filter(({ download }) => download.state === 'asking')
    if (bytes !== null && bytes > MAX_MADE_BYTES) {
      file.made?.drop()
      this.refused(file, from.site, tooLarge().message)
      return 'taken'
    }
    if (runs ? open.length - asking.length >= MAX_UNDER_WAY : isCrowded(asking, from.site)) return 'refused'
    const id = DownloadId.parse(newId())
    const { url } = file
    const startedMs = Math.round(clock.nowMs())
    const download: Download = { id, site: from.site, url, name, bytes, doneBytes: 0, state: 'asking', why: '', path: null, startedMs }
    const held: Held = { download, wanted: { site: from.site, owner: from.owner, url }, made: file.made ?? null, stop: null }
    this.#held.set(id, held)
    if (runs) {
      door.took?.({ owner: from.owner, peerId: from.peerId }, name, bytes)
      this.#run(held)
    } else this.#set(held, {})
    this.#forgetOldest()
    return 'taken'
  }

  /** One that cannot be had in this way, said in the list. */
  refused(file: OfferedFile, site: string, why: string): void {
    // A page that offers by itself is told of once.
    const isKnown = [...this.#held.values()].some(({ download }) => download.site === site && download.state === 'denied' && download.why === why)
    if (isKnown && !file.byPerson) return
    const id = DownloadId.parse(this.#parts.newId())
    const startedMs = Math.round(this.#parts.clock.nowMs())
    const download: Download = { id, site, url: file.url, name: fileName(file.name), bytes: null, doneBytes: 0, state: 'denied', why, path: null, startedMs }
    const held: Held = { download, wanted: null, made: null, stop: null }
    this.#held.set(id, held)
    this.#set(held, {})
    this.#forgetOldest()
  }

  /** Errors: LatchError NOT_FOUND, CONFLICT, BUSY. */
  answer(id: DownloadId, save: boolean): Download {
    const held = this.#get(id)
    if (held.download.state !== 'asking') throw new LatchError('CONFLICT', 'That was answered already.')
    if (!save) {
      held.made?.drop()
      return this.#set(held, { state: 'denied', why: 'You did not want it.' })
    }
    const running = [...this.#held.values()].filter(({ download }) => download.state === 'running').length
    if (running >= MAX_UNDER_WAY) throw new LatchError('BUSY', 'Too many downloads are under way; wait for one of them.')
    return this.#run(held)
  }

  /** Errors: LatchError NOT_FOUND, CONFLICT. */
  cancel(id: DownloadId): Download {
    const held = this.#get(id)
    const { state } = held.download
    if (state !== 'asking' && state !== 'running') throw new LatchError('CONFLICT', 'That download is over.')
    held.stop?.abort(new Error('cancelled'))
    held.made?.drop()
    return this.#set(held, { state: 'cancelled', why: '', doneBytes: 0 })
  }

  /** Where it lies. Errors: LatchError NOT_FOUND, CONFLICT. */
  pathOf(id: DownloadId): string {
    const { path, state } = this.#get(id).download
    if (state !== 'done' || path === null) throw new LatchError('CONFLICT', 'That file is not there yet.')
    return path
  }

  /** Errors: LatchError NOT_FOUND, CONFLICT (it is under way). */
  forget(id: DownloadId): void {
    const { download } = this.#get(id)
    if (download.state === 'running') throw new LatchError('CONFLICT', 'Stop the download first.')
    this.#drop(id)
  }

  #run(held: Held): Download {
    const stop = new AbortController()
    held.stop = stop
    const shown = this.#set(held, { state: 'running', why: '' })
    const running: Promise<void> = this.#fetch(held, stop.signal).finally(() => this.#running.delete(running))
    this.#running.add(running)
    return shown
  }

  /** Never rejects. */
  async #fetch(held: Held, signal: AbortSignal): Promise<void> {
    const { clock, folder, log, opening, store } = this.#parts
    const { id, name } = held.download
    const progress = paced(clock, DOWNLOAD_TELL_EVERY_MS, () => this.#tell(held))
    const leave = await this.#gate.enter(signal)
    try {
      if (held.wanted === null || leave === null) throw signal.reason ?? new LatchError('BUSY')
      const { body, bytes } = await (held.made === null ? fetchFile(opening, held.wanted, signal) : takeMade(held.made, signal))
      this.#set(held, { bytes })
      const part = partPath(folder, id)
      store.put(held.download, part)
      const onBytes = (more: number): void => {
        held.download = { ...held.download, doneBytes: held.download.doneBytes + more }
        progress.changed()
      }
      const whole = async (path: string): Promise<void> => {
        const marked = await quarantine(path, held.download.url)
        if (marked.outcome === 'unmarked') log.debug({ error: marked.why }, 'a download has no mark of where it is from')
      }
      const path = await writeDownload(part, { folder, name, body, signal, onBytes, whole })
      this.#set(held, { state: 'done', path, name: basename(path), bytes: held.download.doneBytes })
    } catch (error) {
      // Who cancelled it has said so already; closing Latch is told at the next start.
      if (signal.aborted) return
      log.info({ error }, 'a download failed')
      this.#set(held, { state: 'failed', why: whyNotSaved(error), doneBytes: 0 })
    } finally {
      held.stop = null
      held.made?.drop()
      progress.stop()
      leave?.()
    }
  }

  #set(held: Held, change: Partial<Download>): Download {
    held.download = { ...held.download, ...change }
    this.#parts.store.put(held.download, null)
    this.#tell(held)
    return { ...held.download }
  }

  #tell({ download }: Held): void {
    if (this.#held.has(download.id)) this.#parts.tell({ event: 'download-changed', download: { ...download } })
  }

  #get(id: DownloadId): Held {
    const held = this.#held.get(id)
    if (held === undefined) throw new LatchError('NOT_FOUND', 'There is no such download.')
    return held
  }

  #drop(id: DownloadId): void {
    this.#held.get(id)?.made?.drop()
    this.#held.delete(id)
    this.#parts.store.remove(id)
    this.#parts.tell({ event: 'download-gone', id })
  }

  #forgetOldest(): void {
    const isOver = ({ download: { state } }: Held): boolean => state !== 'asking' && state !== 'running'
    const over = [...this.#held.values()].filter(isOver)
    for (const { download } of over.slice(0, Math.max(0, this.#held.size - MAX_DOWNLOADS))) this.#drop(download.id)
  }
}

function isCrowded(asking: readonly Held[], site: SiteName): boolean {
  return asking.length >= MAX_ASKING || asking.filter(({ download }) => download.site === site).length >= MAX_ASKING_OF_SITE
}
