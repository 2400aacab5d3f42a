import { afterEach, expect, test } from 'vitest'
import { REQUEST_TIMEOUT_MS } from '../../../src/main/protocols/ledger/constants.ts'
import { createLedgerProtocol, type LedgerProtocol } from '../../../src/main/protocols/ledger/index.ts'
import { Net, type NetNode } from '../../helpers/ledger-net.ts'
import { person, Town } from '../../unit/ledger/town.ts'

/** Far more than lie between two things that are on their way. */
const TURNS = 500

const { network } = new Town().context
const head = { id: network, height: 0, weight: 0 }

let net: Net

afterEach(() => net.close())

function protocolOf({ streams, clock, offence }: NetNode): LedgerProtocol {
  return createLedgerProtocol({ streams, clock, offence })
}

test('no time passes while libp2p is opening a stream, though nothing is on its way', async () => {
  net = new Net()
  const ada = await net.join('ada', person('ada').key)
  const bob = await net.join('bob', person('bob').key)
  await net.connect()
  await protocolOf(bob).serve({
    async *answer() {
      yield { status: 'head', head }
    },
  })
  // The stream is handed over when this is done; the other side waits for the request by then.
  const { peerStore } = ada.libp2p
  const merge = peerStore.merge.bind(peerStore)
  peerStore.merge = async (...about) => {
    for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve))
    return merge(...about)
  }
  const asking = protocolOf(ada).head(bob.peerId, network, head)
  await net.pass(REQUEST_TIMEOUT_MS + 1)
  expect(await asking).toEqual(head)
  expect([...ada.offences, ...bob.offences]).toEqual([])
})
