import { z } from 'zod'
import { NodeStatus } from '../model/node.ts'
import { base } from './base.ts'

const tags = ['node']

export const node = {
  status: base.route({ method: 'GET', path: '/status', tags, summary: 'The running node' }).output(NodeStatus),
  access: base
    .route({ method: 'POST', path: '/node/access', tags, summary: 'Where this contract is served over HTTP, and its token' })
    .output(z.object({ url: z.string().nullable(), token: z.string().nullable(), openapi: z.string().nullable() })),
  stop: base
    .route({ method: 'POST', path: '/node/stop', tags, summary: 'Stop the node, cleanly' })
    .output(z.object({ stopping: z.literal(true) })),
}
