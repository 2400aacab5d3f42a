import { createHash } from 'node:crypto'
import { createSocket } from 'node:dgram'
import DHT from 'bittorrent-dht'
import PkarrDht from 'pkarr/lib/dht.js'
import SignedPacket from 'pkarr/lib/signed_packet.js'
import { generateKeyPair, verify } from 'pkarr/lib/tools.js'
import { at } from '../../helpers/gossip-nodes.ts'
import { type Link, slowDatagrams } from './slow-datagrams.ts'
import { type Asker, type Knows, RECORD_BYTES, RECORDS, type System, type Village } from './system.ts'

/*
 * bittorrent-dht with records of BEP 44, and pkarr, which is a client of the same network: one village for both. pkarr's
 * own `Pkarr.resolve` always asks the public network, so what it is made of is called here, with nodes of our own.
 */

interface TorrentVillage extends Village {
  readonly peers: readonly { readonly id: string; readonly host: string; readonly port: number }[]
  /** Public keys in hexadecimal. */
  readonly keys: readonly string[]
}

const HOST = '127.0.0.1'
const nowhere = { loadRoutingTable: () => {}, saveRoutingTable: () => {} }

function listening(dht: DHT): Promise<void> {
  // An answer that nobody waits for any more is said as a warning.
  dht.on('warning', () => {})
  return new Promise((resolve, reject) => {
    dht.on('error', reject)
    dht.listen(0, HOST, resolve)
  })
}

const sha1 = (bytes: Buffer): Buffer => createHash('sha1').update(bytes).digest()
/** Without its id: the first one is not asked for by it. */
const first = (peers: TorrentVillage['peers']) => peers.slice(0, 1).map(({ host, port }) => ({ host, port }))
const ready = (dht: DHT): Promise<void> => new Promise((resolve) => dht.once('ready', resolve))
const socketOver = (link: Link) => slowDatagrams(createSocket('udp4'), link)

async function village(count: number, oneWayMs: number): Promise<{ told: TorrentVillage }> {
  const nodes: DHT[] = []
  const link = { oneWayMs: 0 }
  const peers: { id: string; host: string; port: number }[] = []
  for (let made = 0; made < count; made++) {
    const dht = new DHT({ bootstrap: made === 0 ? false : first(peers), socket: socketOver(link), verify })
    const isReady = ready(dht)
    await listening(dht)
    await isReady
    nodes.push(dht)
    peers.push({ id: dht.nodeId.toString('hex'), host: HOST, port: dht.address().port })
  }
  const publisher = new PkarrDht({ bootstrap: first(peers), socket: socketOver(link), storage: nowhere })
  await listening(publisher._dht)
  const keys: string[] = []
  for (let record = 0; record < RECORDS; record++) {
    const { publicKey, secretKey } = generateKeyPair()
    const data = 'x'.repeat(RECORD_BYTES / 2)
    const answers = [0, 1].map((part) => ({ name: `part${part}`, type: 'TXT', class: 'IN', ttl: 300, data }))
    const packet = { id: 0, type: 'response', flags: 0, answers }
    await publisher.put(SignedPacket.fromPacket({ publicKey, secretKey }, packet).bep44Args())
    keys.push(publicKey.toString('hex'))
  }
  // The publisher stays, as they know of it. From here on they learn of nobody: each asker that was there once would be
  // waited for, 2 s, by those after it.
  for (const { _rpc } of [...nodes, publisher._dht]) _rpc._addNode = () => {}
  link.oneWayMs = oneWayMs
  return { told: { peers, keys } }
}

async function torrentAsker(told: Village, knows: Knows, oneWayMs: number): Promise<Asker> {
  const { peers, keys } = told as TorrentVillage
  const dht = new DHT({ bootstrap: first(peers), socket: socketOver({ oneWayMs }), verify })
  const isReady = ready(dht)
  await listening(dht)
  if (knows === 'all') for (const peer of peers) dht.addNode(peer)
  return {
    find: (which) =>
      new Promise((resolve, reject) => {
        const target = sha1(Buffer.from(at(keys, which), 'hex'))
        dht.get(target, { cache: false }, (error, value) => {
          if (error !== null) reject(error)
          else if (value === null) reject(new Error('bittorrent-dht found nothing'))
          else resolve()
        })
      }),
    idle: async () => {},
    settle: () => isReady,
    close: () => new Promise((resolve) => dht.destroy(resolve)),
  }
}

async function pkarrAsker(told: Village, knows: Knows, oneWayMs: number): Promise<Asker> {
  const { peers, keys } = told as TorrentVillage
  const dht = new PkarrDht({ bootstrap: first(peers), socket: socketOver({ oneWayMs }), storage: nowhere })
  const isReady = ready(dht._dht)
  await listening(dht._dht)
  if (knows === 'all') for (const peer of peers) dht._dht.addNode(peer)
  return {
    async find(which) {
      const found = await dht.get(Buffer.from(at(keys, which), 'hex'))
      if (found === null) throw new Error('pkarr found nothing')
      // As `Pkarr.resolve` ends.
      SignedPacket.fromBep44Args(found)
    },
    idle: async () => {},
    settle: () => isReady,
    close: () => dht.destroy(),
  }
}

export const bittorrent: System = { village, asker: torrentAsker }
export const pkarr: System = { village, asker: pkarrAsker }
