/** A process that joins a network until it is killed, and tells its parent of each height once that is stored. */
import { multiaddr } from '@multiformats/multiaddr'
import { openDatabase } from '../../../src/main/platform/database.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { townGenesis } from '../../unit/ledger/town.ts'
import { DATABASE_KEY, type Orders } from './joining-orders.ts'
import { openPlace } from './net.ts'

process.once('disconnect', () => process.exit())

const { database: path, address } = JSON.parse(process.argv[2] ?? '') as Orders
const database = openDatabase(path, DATABASE_KEY)
const limits = { perRequest: 8, aheadBlocks: 8 }
const place = await openPlace(townGenesis(), { database, transport: 'tcp', limits })
place.running.onChanged(({ head }) => process.send?.(head.height))
const connection = await place.node.libp2p.dial(multiaddr(address))
place.sync.greet(PeerId.parse(connection.remotePeer.toString()))
