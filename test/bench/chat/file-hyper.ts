import HyperDHT, { type SecretStream } from 'hyperdht'
import { MiB } from '../../../src/shared/units.ts'
import { eventually } from '../../helpers/eventually.ts'
import { serve } from '../../lab/remote.ts'
import { lineOfDuplex } from '../reach/echo-and-sink.ts'
import type { HyperFar, HyperRelay } from '../reach/hyper.ts'
import { timed } from '../stats.ts'

/*
 * The sending end of hyperdht, on which hyperswarm and what is built with it send files: out of memory and, over there
 * (reach/hyper.ts), into nothing but a count.
 */

const PIECE_MIB = 16
const STALL_MS = 10_000

const { port, direct } = JSON.parse(process.argv[2] ?? '') as HyperRelay & HyperFar
const node = new HyperDHT({ bootstrap: [{ host: '127.0.0.1', port }], ephemeral: true, host: '127.0.0.1' })
await node.fullyBootstrapped()

/** Now and then a first try on a busy machine times out. */
async function tried(): Promise<SecretStream | false> {
  const stream = node.connect(Buffer.from(direct, 'hex'), {})
  stream.on('error', () => {})
  return (await stream.opened) && stream
}

let line = lineOfDuplex(await eventually('a connection of hyperdht', tried, { withinMs: 60_000 }))

/** A piece at a time: on a busy machine a long stream of it now and then stands still for good, and is made anew. */
async function piece(mebibytes: number): Promise<number> {
  for (let tries = 0; tries < 20; tries++) {
    const stalled = Promise.withResolvers<null>()
    const timer = setTimeout(() => stalled.resolve(null), STALL_MS)
    const ms = await Promise.race([timed(() => line.push(mebibytes)).catch(() => null), stalled.promise])
    clearTimeout(timer)
    if (ms !== null) return ms
    void line.close()
    line = lineOfDuplex(await eventually('a connection of hyperdht', tried, { withinMs: 60_000 }))
  }
  throw new Error('hyperdht stands still')
}

const calls = {
  /** In ms; what it took to stand still does not count. */
  async send({ bytes }: { bytes: number }): Promise<number> {
    let ms = 0
    for (let left = bytes / MiB; left > 0; left -= PIECE_MIB) ms += await piece(Math.min(left, PIECE_MIB))
    return ms
  },
}
export type FileHyperCalls = typeof calls

serve(calls, 'ready')
