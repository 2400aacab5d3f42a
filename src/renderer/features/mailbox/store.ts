import type { Mailbox } from '../../../shared/model/mailbox.ts'
import { createFedStore } from '../../bridge/fed-store.ts'

/** Who holds mail for this account, and for whom this device does. */
export const mailboxStore = createFedStore<Mailbox, Mailbox, { event: 'mailbox-changed'; mailbox: Mailbox }>({
  initial: { holders: [], held: [] },
  reset: (_, mailbox) => mailbox,
  apply: (_, { mailbox }) => mailbox,
})
