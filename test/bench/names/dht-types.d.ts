/** What the bench uses of bittorrent-dht 11 and of pkarr 1; the former brings no types, the latter's need its own of it. */
declare module 'bittorrent-dht' {
  import type { Socket } from 'node:dgram'

  export interface Contact {
    readonly id?: string | Buffer
    readonly host: string
    readonly port: number
  }
  export interface Options {
    readonly bootstrap: false | readonly Contact[]
    readonly socket: Socket
    readonly verify?: (signature: Buffer, message: Buffer, key: Buffer) => boolean
  }
  export interface Value {
    readonly v: Buffer
  }
  export default class DHT {
    constructor(options: Options)
    readonly nodeId: Buffer
    readonly _rpc: { _addNode: (node: object) => void }
    readonly nodes: { toArray(): unknown[] }
    addNode(contact: Contact): void
    get(key: Buffer, options: { cache: boolean }, done: (error: Error | null, value: Value | null) => void): void
    once(event: 'ready' | 'listening', listener: () => void): void
    on(event: 'error' | 'warning', listener: (error: Error) => void): void
    listen(port: number, host: string, listener: () => void): void
    address(): { readonly port: number }
    destroy(done: () => void): void
  }
}

declare module 'pkarr/lib/dht.js' {
  import type DHT from 'bittorrent-dht'
  import type { Options } from 'bittorrent-dht'

  export interface Storage {
    loadRoutingTable(dht: DHT): void
    saveRoutingTable(dht: DHT): void
  }
  export interface Bep44 {
    readonly k: Buffer
    readonly v: Buffer
    readonly sig: Buffer
    readonly seq: number
  }
  export default class PkarrDht {
    constructor(options: Options & { readonly storage: Storage })
    /** The client of bittorrent-dht in it. */
    readonly _dht: DHT
    get(key: Buffer): Promise<Bep44 | null>
    put(args: Bep44): Promise<unknown>
    destroy(): Promise<void>
  }
}

declare module 'pkarr/lib/signed_packet.js' {
  import type { Bep44 } from 'pkarr/lib/dht.js'
  import type { KeyPair } from 'pkarr/lib/tools.js'

  export default class SignedPacket {
    static fromPacket(keyPair: KeyPair, packet: object): SignedPacket
    static fromBep44Args(args: Bep44): SignedPacket
    bep44Args(): Bep44
  }
}

declare module 'pkarr/lib/tools.js' {
  export interface KeyPair {
    readonly publicKey: Buffer
    readonly secretKey: Buffer
  }
  export function generateKeyPair(): KeyPair
  export function verify(signature: Buffer, message: Buffer, key: Buffer): boolean
}
