import type { Owner } from '../../../src/main/features/chat/pin.ts'
import type { PinNames } from '../../../src/main/features/chat/index.ts'

/** A ledger of which the test says whose names are. */
export class Names implements PinNames {
  readonly #owners = new Map<string, Owner>()
  active = 'home'
  isBehind = false

  network(): string {
    return this.active
  }

  ownerOf(fullName: string): Owner {
    return this.isBehind ? 'unknown' : (this.#owners.get(`${this.active} ${fullName}`) ?? null)
  }

  wordsWith(account: string): string[] {
    return ['words', 'with', account]
  }

  give(fullName: string, owner: Owner): void {
    this.#owners.set(`${this.active} ${fullName}`, owner)
  }
}
