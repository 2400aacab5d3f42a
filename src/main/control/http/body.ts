import type { IncomingMessage, ServerResponse } from 'node:http'
import { errorCodes, LatchError, type ErrorCode } from '../../../shared/errors.ts'

/**
 * The JSON of a request, or undefined where it has no body. Size is checked before parsing.
 * Errors: LatchError TOO_LARGE, BAD_INPUT; whatever the request fails with when it is cut.
 */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const declared = request.headers['content-length']
  const chunked = request.headers['transfer-encoding'] !== undefined
  if (!chunked && (declared === undefined || declared === '0')) return undefined
  if (Number(declared) > maxBytes) throw tooLarge(maxBytes)
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw new LatchError('BAD_INPUT', 'Send the input as JSON (Content-Type: application/json).')
  }
  const bytes = await readUpTo(request, maxBytes)
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw new LatchError('BAD_INPUT', 'The body is not JSON.')
  }
}

/** Listens rather than iterates: leaving an iteration early would destroy the socket, and the answer with it. */
function readUpTo(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const take = (chunk: Buffer): void => {
      size += chunk.byteLength
      if (size <= maxBytes) return void chunks.push(chunk)
      request.off('data', take)
      reject(tooLarge(maxBytes))
    }
    request.on('data', take)
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', reject)
  })
}

function tooLarge(maxBytes: number): LatchError {
  return new LatchError('TOO_LARGE', `A request holds at most ${maxBytes} bytes.`)
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

/** An error as the contract's clients know it; `/rpc` wraps every value once more. */
export function sendError(
  response: ServerResponse,
  code: ErrorCode,
  message: string = errorCodes[code].message,
  form: 'plain' | 'rpc' = 'plain',
  data?: object,
): void {
  const { status } = errorCodes[code]
  const error = { defined: true, code, status, message, ...(data !== undefined && { data }) }
  // What is left of the request is not read: the connection ends with the answer.
  if (!response.req.complete) response.setHeader('connection', 'close')
  sendJson(response, status, form === 'rpc' ? { json: error, meta: [] } : error)
  response.req.resume()
}
