/**
 * A process that chats until it is killed. Writes as fast as it can, and tells its parent of each message once `send`
 * resolved, that is: once it promised that the message is stored.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises'
import { openDatabase } from '../../../src/main/platform/database.ts'
import type { MessageId } from '../../../src/shared/ids.ts'
import { People } from '../../unit/chat/people.ts'
import { CHILD, DATABASE_KEY, isDeleted, isEdited, PARENT, type FromChild, type Orders } from './killed-orders.ts'
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

const { id: conversation } = home.chat.open(parent.account)
let before: MessageId | null = null
for (let index = 0; index < orders.messages; index++) {
  const { id, text } = await home.chat.send(conversation, { text: `child ${orders.run} ${index}` })
  tell({ stored: { id, state: 'sent', text } })
  if (before !== null && isEdited(index - 1)) {
    const edited = await home.chat.edit(before, `child ${orders.run} ${index - 1} edited`, [])
    tell({ stored: { id: before, state: 'edited', text: edited.text } })
  }
  if (before !== null && isDeleted(index - 1)) {
    await home.chat.remove(before, 'everyone')
    tell({ stored: { id: before, state: 'deleted', text: '' } })
  }
  before = id
  await turnOfTheLoop()
}
