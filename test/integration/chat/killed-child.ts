/**
 * A process that chats until it is killed. Writes as fast as it can, and tells its parent of each message once `send`
 * resolved, that is: once it promised that the message is stored.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { openDatabase } from '../../../src/main/platform/database.ts'
import { People } from '../../unit/chat/people.ts'
import { CHILD, DATABASE_KEY, PARENT, type FromChild, type Orders } from './killed-orders.ts'
import { AddressBook, realHome } from './real-node.ts'

process.once('disconnect', () => process.exit())

const orders = JSON.parse(process.argv[2] ?? '') as Orders
const people = new People()
const parent = people.add(await PARENT())
const child = people.add(await CHILD())
const book = new AddressBook()
book.put(parent, orders.parentAddresses)

const database = openDatabase(orders.database, DATABASE_KEY)
const home = await realHome(child, { proofs: people, book, transport: 'tcp', database })
const tell = (message: FromChild): void => void process.send?.(message)
tell({ addresses: home.addresses() })

const { id } = home.chat.open(parent.account)
for (let index = 0; index < orders.messages; index++) {
  const { text } = await home.chat.send(id, { text: `child ${orders.run} ${index}` })
  tell({ stored: text })
  await turnOfTheLoop()
}
