import { OpenAPIGenerator, type OpenAPI } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { contract } from '../../../shared/contract/index.ts'

/** The contract as an OpenAPI 3.1 document. Says what can be asked of any Latch, and nothing about this one. */
export function openApiDocument(url: string, version: string): Promise<OpenAPI.Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] })
  return generator.generate(contract, {
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
}
