import { expect, test } from 'vitest'
import { accountOf } from '../../../src/main/features/ledger/bytes.ts'
import { nameOnLedger, namesOfAccount, ownerOf } from '../../../src/main/features/ledger/index.ts'
import { NameOnLedger } from '../../../src/shared/model/ledger.ts'
import { AccountId } from '../../../src/shared/ids.ts'
import { DAY } from '../../../src/shared/units.ts'
import { person, Town } from './town.ts'

const ada = person('ada')
const account = accountOf(ada.account)

test('a name is shown with its owner and where it is in its term', () => {
  const town = new Town()
  town.own(ada, 'adele')
  town.do(ada, { kind: 'transfer', name: 'adele', to: person('bob').account })
  const now = (afterMs: number) => nameOnLedger(town.state, 'adele', town.nextMs + afterMs, town.genesis)
  expect(NameOnLedger.parse(now(0))).toMatchObject({ owner: account, offeredTo: accountOf(person('bob').account) })
  expect([now(0), now(330 * DAY), now(365 * DAY), now(395 * DAY)].map((name) => name?.phase ?? 'free')).toEqual([
    'living',
    'ending',
    'grace',
    'free',
  ])
  expect(nameOnLedger(town.state, 'no name', town.nextMs, town.genesis)).toBeNull()
  expect(namesOfAccount(town.state, account, town.nextMs, town.genesis)).toEqual([now(0)])
  expect(namesOfAccount(town.state, AccountId.parse(`k51${'0'.repeat(59)}`), town.nextMs, town.genesis)).toEqual([])
})

test('nobody is believed by a name whose term is over, whose account was revoked, or of another network', () => {
  const town = new Town()
  town.own(ada, 'adele')
  const owner = (name: string, afterMs = 0) => ownerOf(town.state, name, town.nextMs + afterMs, town.genesis)
  expect(owner('adele.peer')).toBe(account)
  expect([owner('adele'), owner('adele.other'), owner('.peer'), owner('adele.peer', 365 * DAY)]).toEqual([
    null,
    null,
    null,
    null,
  ])
  town.do(ada, { kind: 'revoke' })
  expect(owner('adele.peer')).toBeNull()
})
