import type { Invitation, MadeInvitation, PendingInvitation } from '../../../shared/model/peers.ts'
import { readInvitation, writeInvitation, type OpenInvitation } from './invitation.ts'
import { MAX_INVITATION_INTRODUCERS } from './limits.ts'
import type { PeersParts } from './parts.ts'

export type InvitationsParts = Pick<PeersParts, 'clock' | 'door' | 'follows' | 'introducers' | 'log' | 'me' | 'network' | 'people'>

/** Invitations: those this account makes, lists and takes back, and those of others that it reads and accepts. */
export class Invitations {
  readonly #parts: InvitationsParts

  constructor(parts: InvitationsParts) {
    this.#parts = parts
  }

  async make(lastsMs: number): Promise<MadeInvitation> {
    const { clock, door, follows, introducers, me, network } = this.#parts
    const expiresMs = clock.nowMs() + lastsMs
    const { token, id } = door.mintToken(expiresMs)
    const written = await writeInvitation(me(), {
      addresses: network.listening(),
      introducers: introducers.records(MAX_INVITATION_INTRODUCERS),
      network: follows?.() ?? null,
      token,
      expiresMs,
    })
    return { ...written, id }
  }

  /** Those not used yet, newest first. */
  open(): PendingInvitation[] {
    return this.#parts.door.tokens()
  }

  /** Errors: LatchError NOT_FOUND. */
  revoke(id: string): PendingInvitation[] {
    this.#parts.door.revokeToken(id)
    return this.open()
  }

  /** What a link says. It changes nothing here and asks nobody. Errors: LatchError BAD_INPUT. */
  async read(link: string): Promise<Invitation> {
    const { token: _token, introducers: _introducers, ...invitation } = await this.#opened(link)
    return invitation
  }

  /**
   * The same, by somebody who is about to use it: the introducers that came with it are known from now on, as the
   * inviter may be found through them alone. Errors: LatchError BAD_INPUT.
   */
  async accept(link: string): Promise<OpenInvitation> {
    const { introducers, log } = this.#parts
    const opened = await this.#opened(link)
    await introducers.learn(opened.introducers).catch((error: unknown) => {
      log.warn({ error }, 'could not learn the introducers of an invitation; it is used without them')
    })
    return opened
  }

  async #opened(link: string): Promise<OpenInvitation> {
    const { clock, me, people } = this.#parts
    return readInvitation(link, { nowMs: clock.nowMs(), me: me().account, readDeviceList: people.readDeviceList })
  }
}
