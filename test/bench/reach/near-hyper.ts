import HyperDHT, { type ConnectOptions, type SecretStream } from 'hyperdht'
import { eventually } from '../../helpers/eventually.ts'
import { lineOfDuplex } from './echo-and-sink.ts'
import type { HyperFar, HyperRelay } from './hyper.ts'
import { serveLines } from './near.ts'

/* The near end of hyperdht. */

const { port, relay, direct, relayed } = JSON.parse(process.argv[2] ?? '') as HyperRelay & HyperFar
const node = new HyperDHT({ bootstrap: [{ host: '127.0.0.1', port }], ephemeral: true, host: '127.0.0.1' })
await node.fullyBootstrapped()

/** Now and then a first try on a busy machine times out. */
function connect(publicKey: string, options: ConnectOptions): Promise<SecretStream> {
  const tried = async (): Promise<SecretStream | false> => {
    const stream = node.connect(Buffer.from(publicKey, 'hex'), options)
    stream.on('error', () => {})
    return (await stream.opened) && stream
  }
  return eventually('a connection of hyperdht', tried, { withinMs: 60_000 })
}

const through = Buffer.from(relay, 'hex')
const onlyRelayed = { relayThrough: through, localConnection: false, fastOpen: false, holepunch: () => false }
await serveLines({
  direct: async () => lineOfDuplex(await connect(direct, {})),
  relayed: async () => lineOfDuplex(await connect(relayed, onlyRelayed)),
})
