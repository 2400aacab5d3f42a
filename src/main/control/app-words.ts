import type { ServeEvent } from '../../shared/contract/apps.ts'
import type { AppAnswer } from '../../shared/model/apps.ts'
import { LatchError } from '../../shared/errors.ts'
import type { Answer, Content, Sending, ServeEvent as Served } from '../features/apps/types.ts'
import type { Watched } from '../platform/feed.ts'

/*
 * Bodies at the boundary: bytes inside, JSON or base64 outside. What came as JSON leaves as JSON.
 */

interface BodyInput {
  readonly body?: string | undefined
  readonly json?: unknown
  readonly more: boolean
  readonly bytes: number | null
}

/** Errors: LatchError BAD_INPUT. */
export function sendingOf({ body, json, more, bytes }: BodyInput): Sending {
  if (body !== undefined && json !== undefined) throw new LatchError('BAD_INPUT', 'body: give this or json, not both.')
  if (more) {
    if (body === undefined && json === undefined) return { bytes }
    throw new LatchError('BAD_INPUT', 'more: the body is either here, or follows in pieces.')
  }
  if (bytes !== null) throw new LatchError('BAD_INPUT', 'bytes: this is for a body that follows in pieces.')
  if (body !== undefined) return { content: { as: 'bytes', bytes: bytesOf(body) } }
  return { content: json === undefined ? undefined : { as: 'json', bytes: Buffer.from(JSON.stringify(json)) } }
}

export function bytesOf(base64: string): Uint8Array {
  return Buffer.from(base64, 'base64')
}

export function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

export function answerOf({ content, ...answer }: Answer): AppAnswer {
  return { ...answer, ...contentOf(content) }
}

export async function* served<App>(
  items: AsyncIterable<Watched<App, Served>>,
): AsyncGenerator<Watched<App, ServeEvent>, void, void> {
  for await (const item of items) {
    if (item.kind === 'snapshot' || item.event.event === 'cancelled') yield { ...item }
    else {
      const { content, ...request } = item.event.request
      yield { ...item, event: { event: 'request', request: { ...request, ...contentOf(content) } } }
    }
  }
}

function contentOf(content: Content | undefined): { json?: unknown; body?: string } {
  if (content === undefined) return {}
  return content.as === 'bytes' ? { body: base64Of(content.bytes) } : { json: JSON.parse(new TextDecoder().decode(content.bytes)) }
}
