import { request } from 'node:http'
import { createORPCErrorFromJson, isORPCErrorJson } from '@orpc/client'
import type { Control } from './control-file.ts'

/**
 * One call over `/rpc`, as oRPC writes it, through node:http: the first use of `fetch` costs a process 40 ms, and most
 * commands are a call or two. The contract is plain data, so the JSON is the value itself.
 * Errors: ORPCError with the node's code; whatever the connection fails with.
 */
export async function call(
  { url, token }: Control,
  path: readonly string[],
  input: unknown,
  signal?: AbortSignal,
): Promise<unknown> {
  const { status, text } = await post(`${url}/rpc/${path.join('/')}`, token, JSON.stringify({ json: input }), signal)
  const { json } = JSON.parse(text) as { json: unknown }
  if (status < 400) return json
  throw isORPCErrorJson(json) ? createORPCErrorFromJson(json) : new Error(`the node answered with status ${status}`)
}

function post(
  url: string,
  token: string,
  body: string,
  signal: AbortSignal | undefined,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const asked = request(url, { method: 'POST', headers, ...(signal === undefined ? {} : { signal }) }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      response.on('error', reject)
    })
    asked.on('error', reject)
    asked.end(body)
  })
}
