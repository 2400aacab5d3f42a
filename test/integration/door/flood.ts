import { PeerId, AccountId, KnockId } from '../../../src/shared/ids.ts'
import { solve } from '../../../src/main/features/door/work.ts'
import type { RemotePeer } from '../../../src/main/platform/streams.ts'
import type { House, Street } from '../../unit/door/street.ts'

/** What a door said to a knock. */
export interface Reply {
  readonly status: string
  readonly workBits?: number
  readonly salt?: Uint8Array
}

/** Somebody with a device and an account, and nothing else: made in a moment, as a flood is. */
export class Stranger {
  readonly account: AccountId
  readonly #at: House
  readonly #seen: RemotePeer
  readonly #n: number
  #knocks = 0

  /** `address`: of one network each, unless they share it. */
  constructor(street: Street, at: House, n: number, address = `/ip4/${1 + (n % 90)}.${Math.floor(n / 90)}.1.1/tcp/1`) {
    const digits = Array.from(n.toString().padStart(44, '0'), (digit) => 'ABCDEFGHJK'[Number(digit)])
    const peerId = PeerId.parse(`12D3KooW${digits.join('')}`)
    this.account = AccountId.parse(`k51x${n.toString(36).padStart(58, '0')}`)
    street.strangers.set(peerId, this.account)
    this.#at = at
    this.#n = n
    const connection = `stranger ${n}`
    this.#seen = { peerId, connection, route: 'direct', transport: 'tcp', address, direction: 'inbound', circuit: null }
  }

  /** One more knock, each with an id of its own. */
  async knock(): Promise<Reply> {
    return this.#send({ ...knockOf(this.#n, this.#knocks++) })
  }

  /** Another, with the work that the door asked for. */
  async pay({ workBits = 0, salt = new Uint8Array(16) }: Reply): Promise<Reply> {
    const request = knockOf(this.#n, this.#knocks++)
    const work = { id: request.id, from: this.#seen.peerId, to: this.#at.peerId, salt }
    const nonce = await solve(work, workBits, new AbortController().signal)
    return this.#send({ ...request, work: { salt, nonce } })
  }

  async #send(request: object): Promise<Reply> {
    return (await this.#at.ask(this.#seen, request)) as Reply
  }
}

function knockOf(n: number, knock: number): { kind: 'knock'; id: KnockId; capability: string; greeting: string } {
  const digits = Array.from((n * 1_000 + knock).toString(4).padStart(26, '0'), (digit) => 'abcd'[Number(digit)])
  return { kind: 'knock', id: KnockId.parse(digits.join('')), capability: 'contact', greeting: 'x'.repeat(280) }
}

/** Rows of each table of a door. */
export function kept(house: House): Record<string, number> {
  const tables = ['rules', 'blocked', 'received', 'callers', 'sent', 'undelivered', 'tokens', 'log', 'declined']
  const count = (table: string): number =>
    house.database.prepare<[], { rows: number }>(`SELECT count(*) AS rows FROM door_${table}`).get()?.rows ?? 0
  return Object.fromEntries(tables.map((table) => [table, count(table)]))
}
