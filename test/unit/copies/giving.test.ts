import { describe, expect, test } from 'vitest'
import { inOrder } from '../../../src/main/features/copies/fetch/holders.ts'
import { AWAY_FIRST, MAX_STREAMS, MAX_STREAMS_OF_PEER, MAX_STREAMS_OF_STRANGERS } from '../../../src/main/features/copies/limits.ts'
import { migrations } from '../../../src/main/features/copies/migrations.ts'
import { createGiving } from '../../../src/main/features/copies/serve/giving.ts'
import { BlockStore } from '../../../src/main/features/copies/store/block-store.ts'
import { openMemoryDatabase } from '../../../src/main/platform/database.ts'
import { silentLog } from '../../../src/main/platform/log.ts'
import type { Admission, RemotePeer } from '../../../src/main/platform/streams.ts'
import type { CopyHandlers } from '../../../src/main/protocols/copy/index.ts'
import { PeerId } from '../../../src/shared/ids.ts'
import { SiteName } from '../../../src/shared/model/sites.ts'
import { FakeClock } from '../../helpers/fake-clock.ts'

const letters = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const peer = (at: number): PeerId => PeerId.parse(`12D3KooW${'A'.repeat(41)}${letters[Math.floor(at / 58) % 58]}${letters[at % 58]}1`)
const root = `01701220${'ab'.repeat(32)}`
const site = SiteName.parse('alice.peer')
const never = new AbortController().signal
const contact = (at: number): PeerId => peer(1_000 + at)

type Given = Awaited<ReturnType<CopyHandlers['blocks']>>

describe('places for whoever reads', () => {
  let door: Admission = { verdict: 'allow', why: 'anyone may visit' }

  function giving(): (peerId: PeerId) => Promise<Given> {
    const database = openMemoryDatabase()
    database.migrate('copies', migrations)
    const store = new BlockStore({ database, clock: new FakeClock(), log: silentLog, folder: '', signal: never, onBytes: () => {} })
    const contacts = new Set(Array.from({ length: 58 }, (_, at) => contact(at)))
    const blocks = createGiving({
      store,
      admits: () => Promise.resolve(door),
      isContact: (peerId) => contacts.has(peerId),
      servedTree: () => 1,
      onGiven: () => {},
    })
    return (peerId) => blocks({ peerId } as RemotePeer, { site, root }, never)
  }

  /** As many as get one, of so many devices which each ask for one more than a device has. */
  async function fill(ask: (peerId: PeerId) => Promise<Given>, peers: readonly PeerId[]): Promise<Exclude<Given, string>[]> {
    const asked = peers.flatMap((peerId) => Array.from({ length: MAX_STREAMS_OF_PEER + 1 }, () => ask(peerId)))
    return (await Promise.all(asked)).filter((given) => typeof given !== 'string')
  }

  test('are taken by strangers, and some are left for contacts all the same', async () => {
    const ask = giving()
    const strangers = await fill(ask, Array.from({ length: 20 }, (_, at) => peer(at)))
    expect(strangers).toHaveLength(MAX_STREAMS_OF_STRANGERS)
    expect(await ask(peer(500))).toBe('busy')
    expect(await fill(ask, [contact(0)])).toHaveLength(MAX_STREAMS_OF_PEER)
    const ofContacts = await fill(ask, Array.from({ length: 20 }, (_, at) => contact(at + 1)))
    expect(ofContacts).toHaveLength(MAX_STREAMS - MAX_STREAMS_OF_STRANGERS - MAX_STREAMS_OF_PEER)
    expect(await ask(contact(40))).toBe('busy')
    strangers[0]?.over()
    expect(await ask(contact(40))).not.toBe('busy')
    // That place is a contact's now; one more of the strangers' must be free first.
    expect(await ask(peer(500))).toBe('busy')
    strangers[1]?.over()
    expect(await ask(peer(500))).not.toBe('busy')
  })

  test('are given back by whom the door does not let in', async () => {
    const ask = giving()
    door = { verdict: 'refuse', code: 'denied', why: 'a rule' }
    for (let at = 0; at < MAX_STREAMS + 1; at++) expect(await ask(peer(0))).toBe('denied')
    door = { verdict: 'allow', why: 'anyone may visit' }
    expect(await fill(ask, [peer(0)])).toHaveLength(MAX_STREAMS_OF_PEER)
  })
})

describe('who is asked for a site', () => {
  test('is a contact before a stranger, whoever is there before whoever may not be, and each once', () => {
    const away = Array.from({ length: AWAY_FIRST + 2 }, (_, at) => contact(at + 10))
    const order = inOrder({ ofContacts: [...away, contact(0), contact(1)], connected: [peer(1), contact(1), peer(2), contact(0)] })
    expect(order).toEqual([contact(1), contact(0), ...away.slice(0, AWAY_FIRST), peer(1), peer(2), ...away.slice(AWAY_FIRST)])
  })
})
