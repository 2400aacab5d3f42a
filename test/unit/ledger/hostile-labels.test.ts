import { expect, test } from 'vitest'
import { peerIdOf, validatorRef } from '../../../src/main/features/ledger/live/people.ts'
import { rulesOf } from '../../../src/main/features/ledger/networks/views.ts'
import { person, townGenesis } from './town.ts'

const me = peerIdOf(person('ada').account)

test.each([
  ['a direction override', 'ada\u202Eeve', 'adaeve'],
  ['an escape of a terminal', 'ada\u001B[2J', 'ada[2J'],
  ['line breaks', 'ada\n\u2028eve', 'adaeve'],
  ['nothing that is seen', '\u200B\u2060', ''],
])('the label of a validator in a genesis with %s is shown without it', (_what, label, shown) => {
  const genesis = townGenesis()
  const validators = [{ key: person('leader').account, label }]
  expect(validatorRef(person('leader').account, { validators, faults: 0 }, me).label).toBe(shown)
  expect(rulesOf({ ...genesis, validators }, me).validators.map((one) => one.label)).toEqual([shown])
})
