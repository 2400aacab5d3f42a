import { z } from 'zod'
import { FileName } from '../model/files.ts'
import { NodeStatus } from '../model/node.ts'
import { base } from './base.ts'

const tags = ['node']

/** What a dialog of the system is asked for. */
export const PathChoice = z.object({
  kind: z.enum(['open-file', 'open-folder', 'save-file']),
  /** How a new file is to be called, at first. */
  suggested: FileName.optional(),
})
export type PathChoice = z.infer<typeof PathChoice>

export const node = {
  status: base.route({ method: 'GET', path: '/status', tags, summary: 'The running node' }).output(NodeStatus),
  access: base
    .route({ method: 'POST', path: '/node/access', tags, summary: 'Where this contract is served over HTTP, and its token' })
    .output(z.object({ url: z.string().nullable(), token: z.string().nullable(), openapi: z.string().nullable() })),
  choosePath: base
    .route({ method: 'POST', path: '/node/choose-path', tags, summary: 'Let the person choose a path in a dialog of the system; only in the window' })
    .input(PathChoice)
    .output(z.object({ /** Null: nothing was chosen, or there is no dialog here. */ path: z.string().nullable() })),
  stop: base
    .route({ method: 'POST', path: '/node/stop', tags, summary: 'Stop the node, cleanly' })
    .output(z.object({ stopping: z.literal(true) })),
}
