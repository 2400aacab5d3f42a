import { spawn } from 'node:child_process'
import { join } from 'node:path'
import HyperDHT, { type SecretStream } from 'hyperdht'
import { multiaddr } from '@multiformats/multiaddr'
import { PeerId } from '../../../src/shared/ids.ts'
import { eventually } from '../../helpers/eventually.ts'
import { Remote } from '../../lab/remote.ts'
import { bareNode, BENCH_TERMS } from './bare.ts'
import { lineOfDuplex, lineOfFrames, type Line } from './echo-and-sink.ts'
import type { HyperFar, HyperRelay } from './hyper.ts'
import type { OursFar } from './ours.ts'

/*
 * The ways that are measured, on loopback: this process at one end, one at the other, and one in between for a relay.
 */

export interface Ways {
  readonly lines: Readonly<Record<'direct' | 'relayed' | 'hyperDirect' | 'hyperRelayed', Line>>
  close(): Promise<void>
}

/** `introducer`: a multiaddr with its peer id, on which circuits have no limit. */
export async function openWays(introducer: string): Promise<Ways> {
  const far = await child<OursFar>('ours.ts', { introducer })
  const hyperRelay = await child<HyperRelay>('hyper.ts', { role: 'relay' })
  const hyperFar = await child<HyperFar>('hyper.ts', { role: 'far', ...hyperRelay.ready })
  const [mine, mineRelayed] = [await bareNode([]), await bareNode([])]
  const { port, relay } = hyperRelay.ready
  const hyper = new HyperDHT({ bootstrap: [{ host: '127.0.0.1', port }], ephemeral: true, host: '127.0.0.1' })
  await hyper.fullyBootstrapped()

  const ours = async ({ libp2p, streams }: typeof mine, address: string): Promise<Line> => {
    await libp2p.dial(multiaddr(address))
    return lineOfFrames(await streams.open(PeerId.parse(far.ready.peerId), BENCH_TERMS))
  }
  const onlyRelayed = { relayThrough: Buffer.from(relay, 'hex'), localConnection: false, fastOpen: false, holepunch: () => false }
  const lines = {
    direct: await ours(mine, far.ready.direct),
    relayed: await ours(mineRelayed, far.ready.relayed),
    hyperDirect: lineOfDuplex(await hyperStream(hyper, hyperFar.ready.direct, {})),
    hyperRelayed: lineOfDuplex(await hyperStream(hyper, hyperFar.ready.relayed, onlyRelayed)),
  }
  return {
    lines,
    async close() {
      for (const line of Object.values(lines)) await line.close()
      for (const { libp2p } of [mine, mineRelayed]) await libp2p.stop()
      for (const { remote } of [far, hyperFar, hyperRelay]) await remote.kill()
      await hyper.destroy()
    },
  }
}

/** Now and then hyperdht's first try on a busy machine times out. */
function hyperStream(hyper: HyperDHT, publicKey: string, options: object): Promise<SecretStream> {
  return eventually('a connection of hyperdht', async () => {
    const stream = hyper.connect(Buffer.from(publicKey, 'hex'), options)
    stream.on('error', () => {})
    return (await stream.opened) && stream
  }, { withinMs: 60_000 })
}

async function child<Ready>(file: string, argument: object): Promise<{ remote: Remote<object>; ready: Ready }> {
  const args = [join(import.meta.dirname, file), JSON.stringify(argument)]
  const remote = await Remote.start<object>(file, spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] }))
  return { remote, ready: remote.ready as Ready }
}
