import { once } from 'node:events'
import { Agent, request as httpRequest, type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type LookupFunction } from 'node:net'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { SiteStream } from '../../../protocols/site/index.ts'
import { checkedBody } from '../bodies.ts'
import { asObject, framingOf, type Framing } from '../headers.ts'
import { MAX_ANSWER_HEADER_BYTES, MAX_PROGRAM_CONNECTIONS, PROGRAM_CONNECT_MS, PROGRAM_KEEP_ALIVE_MS } from '../limits.ts'
import type { Asked, OnState, SiteHandler } from './handler.ts'
import { sendPage, type PlainPage } from './pages.ts'
import { answerHeaders, forwardedHeaders } from './port-headers.ts'
import { secure } from './security-headers.ts'

/** Never another host: what answers there is what the person chose to show. Some programs listen only at the second. */
const HERE = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
] as const
/** From the first that does not answer to the second; one that refuses is passed by at once. */
const NEXT_AFTER_MS = 250

/** Nobody listens; or the second address is one that this machine does not have, and nobody listens at the first. */
const NOBODY_THERE: ReadonlySet<string> = new Set(['ECONNREFUSED', 'EADDRNOTAVAIL', 'ENETUNREACH', 'EAFNOSUPPORT'])

export interface PortParts {
  readonly port: number
  readonly clock: Clock
  readonly log: Log
  /** Latch itself listens there by now, as it may since it was published. */
  readonly isOurs: () => boolean
  readonly onState: OnState
}

const notRunning: PlainPage = {
  status: 502,
  title: 'Not running',
  text: 'The program behind this site does not run now. Its owner has to start it.',
}
const NOT_RUNNING = 'HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'
const notUnderstood: PlainPage = { status: 501, title: 'Not understood', text: 'This body is packed in a way that is not passed on.' }

/** A program of this machine: requests go to it as they come, and its answers back, at the pace of whoever reads. */
export function portHandler(parts: PortParts): SiteHandler {
  const { port, log } = parts
  let answeredAt: string = HERE[0].address
  /** It did when it was asked last. */
  let isAnswering = false
  /** In place of the system's, which may say anything of a name: the one that answered last comes first. */
  const lookup: LookupFunction = (_host, _options, found) =>
    found(null, [...HERE].toSorted((a, b) => Number(b.address === answeredAt) - Number(a.address === answeredAt)))
  const toHere = { lookup, autoSelectFamily: true, autoSelectFamilyAttemptTimeout: NEXT_AFTER_MS }
  const agent = new Agent({ ...toHere, keepAlive: true, maxSockets: MAX_PROGRAM_CONNECTIONS, timeout: PROGRAM_KEEP_ALIVE_MS })
  /** A connection of its own for each, as it is never given back. */
  const upgrades = new Agent(toHere)

  function ask(request: IncomingMessage, asked: Asked, framing: Framing, isUpgrade: boolean): ClientRequest {
    const program = httpRequest({
      host: 'localhost',
      port,
      agent: isUpgrade ? upgrades : agent,
      method: request.method,
      // As it came: it has one reading, which was checked.
      path: request.url,
      headers: asObject(forwardedHeaders(request.rawHeaders, asked, { port, framing, isUpgrade })),
      setHost: false,
      maxHeaderSize: MAX_ANSWER_HEADER_BYTES,
      insecureHTTPParser: false,
    })
    program.once('socket', (socket) => {
      // Kept for the next request it has a timeout; while it is used it may take its time.
      socket.setTimeout(0)
      if (!socket.connecting) return
      const cancel = parts.clock.after(PROGRAM_CONNECT_MS, () => socket.destroy(new Error('no connection in time')))
      socket.once('connect', () => {
        cancel()
        answeredAt = socket.remoteAddress ?? answeredAt
      })
      socket.once('close', cancel)
    })
    return program
  }

  /** Nobody visits what is Latch's own. */
  function isOurs(): boolean {
    if (!parts.isOurs()) return false
    told({ kind: 'failing', why: `Latch itself listens at port ${port} now: let the program behind this site listen at another.` })
    return true
  }

  function told(state: Parameters<OnState>[0]): void {
    isAnswering = state.kind === 'open'
    parts.onState(state)
  }

  function notThere(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (NOBODY_THERE.has(code)) told({ kind: 'failing', why: `Nothing answers at port ${port} of this machine: start the program behind this site.` })
  }

  function failed(error: unknown): void {
    notThere(error)
    log.info({ error }, 'a program behind a site did not answer')
  }

  async function relay(answer: IncomingMessage, response: ServerResponse, asked: Asked): Promise<void> {
    told({ kind: 'open' })
    secure(response)
    for (const [name, value] of Object.entries(asObject(answerHeaders(answer, port, asked.guest.site)))) response.setHeader(name, value)
    response.writeHead(answer.statusCode ?? 502)
    // What is said now is read now: events come one by one.
    response.flushHeaders()
    await pipeline(checkedBody(answer), response)
  }

  /** Once more where a kept connection was closed just when it was used again, by a program that was begun anew perhaps. */
  function pass(request: IncomingMessage, response: ServerResponse, asked: Asked, framing: Framing, isFirst: boolean): void {
    const program = ask(request, asked, framing, false)
    const leave = (): void => void program.destroy()
    response.once('close', leave)
    program.on('response', (answer) => {
      relay(answer, response, asked).catch((error: unknown) => {
        log.debug({ error }, 'an answer of a program broke off')
        if (response.headersSent) response.destroy()
        else sendPage(response, { ...notRunning, headers: { Connection: 'close' } })
      })
    })
    program.on('error', (error) => {
      response.off('close', leave)
      if (response.destroyed || response.writableEnded) return
      const isRepeatable = framing.kind === 'none' && (request.method === 'GET' || request.method === 'HEAD')
      if (isFirst && program.reusedSocket && isRepeatable && !response.headersSent) return pass(request, response, asked, framing, false)
      failed(error)
      if (response.headersSent) response.destroy()
      else sendPage(response, { ...notRunning, headers: { Connection: 'close' } })
    })
    if (framing.kind === 'none') program.end()
    // A body that breaks off is never ended: the program hears that it broke off.
    else pipeline(request, program).catch((error: unknown) => log.debug({ error }, 'a body did not reach its program whole'))
  }

  return {
    async request(request, response, asked) {
      if (isOurs()) return sendPage(response, { ...notRunning, headers: { Connection: 'close' } })
      const framing = framingOf(request.headers)
      if (framing.kind === 'refused') return sendPage(response, { ...notUnderstood, headers: { Connection: 'close' } })
      const over = Promise.withResolvers<void>()
      response.once('close', () => over.resolve())
      pass(request, response, asked, framing, true)
      await over.promise
    },

    upgrade(request, stream, head, asked) {
      if (isOurs()) return void stream.end(NOT_RUNNING)
      const program = ask(request, asked, { kind: 'none' }, true)
      stream.once('close', () => program.destroy())
      program.on('upgrade', (answer, socket, programHead) => {
        told({ kind: 'open' })
        socket.on('error', () => {})
        stream.write(headOf(answer, port, asked, true), 'latin1')
        if (programHead.byteLength > 0) stream.write(programHead)
        if (head.byteLength > 0) socket.write(head)
        join(stream, socket)
      })
      program.on('response', (answer) => {
        stream.write(headOf(answer, port, asked, false), 'latin1')
        pipeline(checkedBody(answer), stream).catch(() => stream.destroy())
      })
      program.on('error', (error) => {
        if (stream.destroyed || stream.bytesWritten > 0) return void stream.destroy()
        failed(error)
        stream.end(NOT_RUNNING)
      })
      program.end()
    },

    /** One that answers is not disturbed by being looked at. */
    async look() {
      if (isOurs() || isAnswering) return 'there'
      const socket = connect({ host: 'localhost', port, ...toHere })
      const cancel = parts.clock.after(PROGRAM_CONNECT_MS, () => socket.destroy(new Error('no connection in time')))
      socket.once('close', cancel)
      await once(socket, 'connect').then(() => told({ kind: 'open' }), notThere)
      // It leaves as a visitor does: some programs end of a connection that is reset.
      socket.on('error', () => {})
      socket.resume().end()
      return 'there'
    },

    close() {
      agent.destroy()
      upgrades.destroy()
    },
  }
}

/** Both ways, until both have ended; where one breaks off, so does the other. */
function join(stream: SiteStream, socket: Duplex): void {
  const broken = (): void => {
    stream.destroy()
    socket.destroy()
  }
  pipeline(stream, socket, { end: true }).catch(broken)
  pipeline(socket, stream, { end: true }).catch(broken)
}

/** An answer's line and headers, a byte for each letter: Node writes none where it handed the stream over. */
function headOf(answer: IncomingMessage, port: number, { guest }: Asked, isUpgrade: boolean): string {
  const rest = isUpgrade ? [['Connection', 'Upgrade'], ['Upgrade', 'websocket']] : [['Connection', 'close']]
  const lines = [...answerHeaders(answer, port, guest.site), ...rest].map(([name, value]) => `${name}: ${value}\r\n`)
  return `HTTP/1.1 ${answer.statusCode ?? 502} ${answer.statusMessage ?? ''}\r\n${lines.join('')}\r\n`
}
