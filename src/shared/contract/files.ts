import { z } from 'zod'
import { TransferId } from '../ids.ts'
import { FileOffer, StagedFile, Transfer } from '../model/files.ts'
import { MiB } from '../units.ts'
import { base, watched } from './base.ts'

export const FilesSnapshot = z.object({ transfers: z.array(Transfer), folder: z.string() })
export type FilesSnapshot = z.infer<typeof FilesSnapshot>

export const FilesEvent = z.discriminatedUnion('event', [
  /** At most four times a second for each while it runs. */
  z.object({ event: z.literal('transfer-changed'), transfer: Transfer }),
  z.object({ event: z.literal('transfer-gone'), id: TransferId }),
])
export type FilesEvent = z.infer<typeof FilesEvent>

/** Pictures made by the window, and what is pasted: bytes over the contract. What is larger has a path. */
export const MAX_STAGED_BYTES = 48 * MiB

/** Bytes of one call: a port and a socket take 2 MiB, and base64 is a third more. What has more comes in parts. */
export const MAX_PART_BYTES = MiB

const tags = ['files']
const one = z.object({ id: TransferId })
/** What the window found out by looking at a picture or listening to a note. */
const Looks = FileOffer.pick({ kind: true, width: true, height: true, durationMs: true, wave: true, thumbnail: true }).partial()

const Part = z.base64().max(Math.ceil((MAX_PART_BYTES * 4) / 3) + 4)

export const files = {
  stage: base
    .route({ method: 'POST', path: '/files/staged', tags, summary: 'Make a file or a folder of this machine ready to be offered' })
    .input(z.object({ path: z.string().min(1).max(4_096), looks: Looks.default({}) }))
    .output(StagedFile),
  stageBytes: base
    .route({ method: 'POST', path: '/files/staged/bytes', tags, summary: 'The same of bytes that have no path, base64' })
    .input(
      z.object({
        name: FileOffer.shape.name,
        type: FileOffer.shape.type,
        data: Part,
        /** What `put` gave for all that comes before `data`. */
        parts: TransferId.optional(),
        looks: Looks.default({}),
      }),
    )
    .output(StagedFile),
  put: base
    .route({ method: 'POST', path: '/files/staged/parts', tags, summary: 'The beginning of bytes that have no path, in order, 1 MiB at a time; base64' })
    .input(z.object({ /** Of the part before; without it, this is the first. */ id: TransferId.optional(), data: Part }))
    .output(one),
  unstage: base.route({ method: 'DELETE', path: '/files/staged/{id}', tags, summary: 'Forget a staged file' }).input(one).output(one),
  list: base.route({ method: 'GET', path: '/files', tags, summary: 'Files on their way, and those that came and went' }).output(z.array(Transfer)),
  accept: base
    .route({ method: 'POST', path: '/files/{id}/accept', tags, summary: 'Fetch a file that was offered' })
    .input(one.extend({ /** Another folder than the one for downloads. */ folder: z.string().min(1).max(4_096).optional() }))
    .output(Transfer),
  refuse: base.route({ method: 'POST', path: '/files/{id}/refuse', tags, summary: 'Do not fetch it' }).input(one).output(Transfer),
  pause: base.route({ method: 'POST', path: '/files/{id}/pause', tags, summary: 'Stop for now; what came is kept' }).input(one).output(Transfer),
  resume: base.route({ method: 'POST', path: '/files/{id}/resume', tags, summary: 'Go on where it stopped' }).input(one).output(Transfer),
  cancel: base
    .route({ method: 'POST', path: '/files/{id}/cancel', tags, summary: 'Stop, and remove what came; of your own: nobody gets it any more' })
    .input(one)
    .output(Transfer),
  open: base
    .route({ method: 'POST', path: '/files/{id}/open', tags, summary: 'Show a file that came in its folder; only in the window' })
    .input(one)
    .output(one),
  /** A picture or a note of a conversation, to be shown: only what is whole, of a type that is safe to show, and at most so large. */
  bytes: base
    .route({ method: 'GET', path: '/files/{id}/bytes', tags, summary: 'A picture or a voice note, base64' })
    .input(one)
    .output(z.object({ type: z.string(), data: z.base64() })),
  watch: base
    .route({ method: 'GET', path: '/files/events', tags, summary: 'Files as they come and go' })
    .output(watched(FilesSnapshot, FilesEvent)),
}
