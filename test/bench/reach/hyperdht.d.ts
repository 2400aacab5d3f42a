/** What the bench uses of hyperdht 6 and of the relay that comes with it; neither brings types. */
declare module 'hyperdht' {
  import type { Duplex } from 'node:stream'

  export interface SecretStream extends Duplex {
    readonly remotePublicKey: Buffer
    readonly opened: Promise<boolean>
  }
  export interface HyperServer {
    readonly publicKey: Buffer
    listen(keyPair?: unknown): Promise<void>
  }
  export interface ServerOptions {
    readonly relayThrough?: Buffer
    readonly holepunch?: () => boolean
    readonly shareLocalAddress?: boolean
  }
  export interface ConnectOptions {
    readonly relayThrough?: Buffer
    readonly localConnection?: boolean
    readonly fastOpen?: boolean
    readonly holepunch?: () => boolean
  }
  export default class HyperDHT {
    static keyPair(): unknown
    constructor(options: { bootstrap: unknown[]; ephemeral?: boolean; firewalled?: boolean; host?: string })
    fullyBootstrapped(): Promise<void>
    address(): { host: string; port: number }
    createServer(options: ServerOptions, onConnection: (socket: SecretStream) => void): HyperServer
    connect(publicKey: Buffer, options?: ConnectOptions): SecretStream
    createRawStream(options: object): unknown
    destroy(): Promise<void>
  }
}
