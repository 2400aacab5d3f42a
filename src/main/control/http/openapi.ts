import { OpenAPIGenerator, type OpenAPI } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { contract } from '../../../shared/contract/index.ts'

/** The contract as an OpenAPI 3.1 document. Says what can be asked of any Latch, and nothing about this one. */
export async function openApiDocument(url: string, version: string): Promise<OpenAPI.Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  const document = await generator.generate(contract, {
    info: {
      title: 'Latch',
      version,
      description:
        'What a running Latch node can be asked. Every operation needs the access token of the node, from control.json ' +
        'in its data folder, as a bearer token. Streams are server-sent events: a snapshot first, then what happened.',
    },
    servers: [{ url: `${url}/api` }],
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: [{ token: [] }],
  })
  return { ...document, paths: { ...document.paths, '/site/{site}/{path}': sitePath(url) } }
}

/** Pages of sites are bytes of others and no part of the contract; they lie beside it, by the same token. */
function sitePath(url: string): OpenAPI.PathItemObject {
  const named = (name: string, description: string) => ({ name, in: 'path' as const, required: true, description, schema: { type: 'string' as const } })
  const page = { description: 'What the site answers, as it comes, with its status. `Latch-Source` says from where (live, copy, here), `Latch-Owner` whose it is.' }
  const operation = {
    tags: ['browse'],
    summary: 'A page of a site, streamed; ranges and conditions are passed on, and no-cache asks for the name again',
    parameters: [named('site', 'alice.peer'), named('path', 'As in an address, with its query; slashes and all.')],
    responses: { '200': page, default: page },
  }
  return { servers: [{ url }], get: { operationId: 'browse.page', ...operation } }
}
