import type { ServerResponse } from 'node:http'
import { SITE_HEADERS } from '../../../platform/http-message.ts'

/** The reader's own device has the last word on what a page may do. */
export function secure(response: ServerResponse): void {
  for (const [name, value] of SITE_HEADERS) response.setHeader(name, value)
}
