import { wordlist } from '@scure/bip39/wordlists/english.js'
import { generateKeyPair } from '@libp2p/crypto/keys'
import { base36 } from 'multiformats/bases/base36'
import { describe, expect, it } from 'vitest'
import { safetyWords } from '../../../src/main/features/contacts/index.ts'
import { AccountId } from '../../../src/shared/ids.ts'

const ada = AccountId.parse('k51qzi5uqu5djp9lv45wr2wqr1vpeftu1w8dmw1113rxe7zdw1gdxtkobbhr3l')
const bea = AccountId.parse('k51qzi5uqu5djfogsojmpf7k6zcpydm8mh63273v2bvxgrcxmzvbhex8rsdh21')

async function account(): Promise<AccountId> {
  const { publicKey } = await generateKeyPair('Ed25519')
  return AccountId.parse(publicKey.toCID().toString(base36))
}

describe('safety words', () => {
  it('are these for these two, for good', () => {
    expect(safetyWords(ada, bea).join(' ')).toBe('chase comic kiss kitten slot crop')
  })

  it('are six words of the list, the same on both screens', async () => {
    for (let pair = 0; pair < 50; pair += 1) {
      const [mine, theirs] = [await account(), await account()]
      const words = safetyWords(mine, theirs)
      expect(words).toEqual(safetyWords(theirs, mine))
      expect(words).toHaveLength(6)
      for (const word of words) expect(wordlist).toContain(word)
    }
  })

  it('are others for another account', async () => {
    expect(safetyWords(ada, await account())).not.toEqual(safetyWords(ada, bea))
  })
})
