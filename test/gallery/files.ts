import type { FilesSnapshot } from '../../src/shared/contract/files.ts'
import { FileId, TransferId } from '../../src/shared/ids.ts'
import type { FileOffer, Transfer } from '../../src/shared/model/files.ts'
import { HOUR, MiB } from '../../src/shared/units.ts'
import { accountOf, base32Of, conversationOf, messageIdOf } from './ids.ts'
import { now } from './people.ts'
import type { implementWith, World } from './world.ts'

export const noFiles: FilesSnapshot = { transfers: [], folder: '/home/noor/Downloads/Latch' }

export const transferIdOf = (name: string): TransferId => TransferId.parse(base32Of(`transfer ${name}`, 26))
export const fileIdOf = (name: string): FileId => FileId.parse(base32Of(`file ${name}`, 52))

export function offerOf(name: string, changes: Partial<FileOffer> = {}): FileOffer {
  return {
    file: fileIdOf(name),
    name,
    bytes: 3 * MiB,
    type: 'application/octet-stream',
    kind: 'file',
    width: null,
    height: null,
    durationMs: null,
    wave: null,
    thumbnail: null,
    files: null,
    ...changes,
  }
}

/** A file that somebody offers; `from` is a person's name. */
export function transferOf(from: string, offer: FileOffer, changes: Partial<Transfer> = {}): Transfer {
  return {
    id: transferIdOf(`${from} ${offer.name}`),
    direction: 'in',
    conversation: conversationOf(from),
    message: messageIdOf(`${from} 0`),
    from: accountOf(from),
    offer,
    state: 'done',
    doneBytes: offer.bytes,
    bytesPerSecond: 0,
    routes: [],
    takenBy: [],
    path: `/home/noor/Downloads/Latch/${offer.name}`,
    why: null,
    startedMs: now() - 2 * HOUR,
    endedMs: now() - 2 * HOUR,
    ...changes,
  }
}

/** Files over one scene. */
export function createFiles(os: ReturnType<typeof implementWith>, world: World) {
  const scene = (): FilesSnapshot => world.scene.files
  let made = 0
  const change = (id: TransferId, changes: Partial<Transfer>): Transfer | null => {
    const transfer = scene().transfers.find((one) => one.id === id)
    return transfer === undefined ? null : world.putTransfer({ ...transfer, ...changes })
  }
  return {
    stage: os.files.stage.handler(({ input }) => {
      made += 1
      const name = input.path.split('/').at(-1) ?? 'file'
      return { id: transferIdOf(`staged ${made}`), offer: offerOf(name, { file: fileIdOf(`staged ${made}`), ...given(input.looks) }) }
    }),
    stageBytes: os.files.stageBytes.handler(({ input }) => {
      made += 1
      const bytes = Math.floor((input.data.length * 3) / 4)
      const known = { file: fileIdOf(`staged ${made}`), type: input.type, bytes }
      return { id: transferIdOf(`staged ${made}`), offer: offerOf(input.name, { ...known, ...given(input.looks) }) }
    }),
    put: os.files.put.handler(({ input }) => ({ id: input.id ?? transferIdOf('parts') })),
    unstage: os.files.unstage.handler(({ input }) => input),
    list: os.files.list.handler(() => scene().transfers),
    accept: os.files.accept.handler(({ input, errors }) => {
      const taken = change(input.id, { state: 'running', bytesPerSecond: 2 * MiB, routes: ['direct'], why: null })
      if (taken === null) throw errors.NOT_FOUND()
      return taken
    }),
    refuse: os.files.refuse.handler(({ input, errors }) => {
      const refused = change(input.id, { state: 'refused', endedMs: Date.now() })
      if (refused === null) throw errors.NOT_FOUND()
      return refused
    }),
    pause: os.files.pause.handler(({ input, errors }) => {
      const paused = change(input.id, { state: 'paused', bytesPerSecond: 0, routes: [] })
      if (paused === null) throw errors.NOT_FOUND()
      return paused
    }),
    resume: os.files.resume.handler(({ input, errors }) => {
      const resumed = change(input.id, { state: 'running', bytesPerSecond: 2 * MiB, routes: ['direct'], why: null })
      if (resumed === null) throw errors.NOT_FOUND()
      return resumed
    }),
    cancel: os.files.cancel.handler(({ input, errors }) => {
      const cancelled = change(input.id, { state: 'cancelled', bytesPerSecond: 0, routes: [], endedMs: Date.now() })
      if (cancelled === null) throw errors.NOT_FOUND()
      return cancelled
    }),
    open: os.files.open.handler(({ input }) => input),
    bytes: os.files.bytes.handler(({ input, errors }) => {
      const transfer = scene().transfers.find((one) => one.id === input.id)
      if (transfer?.offer.thumbnail == null) throw errors.NOT_FOUND()
      return { type: transfer.offer.type, data: transfer.offer.thumbnail }
    }),
    watch: os.files.watch.handler(({ signal }) => world.files.watch(scene, signal)),
  }
}

/** What was named, as the contract says nothing of what was not. */
function given(looks: { [Key in keyof FileOffer]?: FileOffer[Key] | undefined }): Partial<FileOffer> {
  return Object.fromEntries(Object.entries(looks).filter(([, value]) => value !== undefined))
}
