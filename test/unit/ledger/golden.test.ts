import { expect, test } from 'vitest'
import { accountIdOf } from '../../../src/main/features/identity/keys.ts'
import { decodeBlock, encodeBlock, sealHeader } from '../../../src/main/features/ledger/block.ts'
import {
  accountOf,
  blockIdOf,
  digestOf,
  entryIdOf,
  keyOf,
  networkIdOf,
  sha256,
  toHex,
} from '../../../src/main/features/ledger/bytes.ts'
import { decodeEntry, type Op } from '../../../src/main/features/ledger/entry.ts'
import { decodeGenesis, encodeGenesis, networkOf } from '../../../src/main/features/ledger/genesis.ts'
import { genesisState } from '../../../src/main/features/ledger/state.ts'
import { cidOf } from '../../../src/main/platform/cbor.ts'
import { AccountId } from '../../../src/shared/ids.ts'
import { person, SALT, Town, townGenesis } from './town.ts'

const ada = person('ada')
const genesis = townGenesis()

/*
 * Digests of bytes that lie in chains. A line is added for a new version and none is ever changed: with one of these
 * different, every network there is falls apart.
 */
const OPS: Record<string, Op> = {
  claim: { kind: 'claim', commitment: '11'.repeat(32) },
  register: { kind: 'register', name: 'adele', salt: SALT },
  renew: { kind: 'renew', name: 'adele' },
  transfer: { kind: 'transfer', name: 'adele', to: '22'.repeat(32) },
  release: { kind: 'release', name: 'adele' },
  revoke: { kind: 'revoke' },
  evidence: { kind: 'evidence', validator: '33'.repeat(32), slot: 5, proof: new Uint8Array([1, 2, 3]) },
  validators: {
    kind: 'validators',
    seq: 1,
    faults: 0,
    validators: [{ key: '44'.repeat(32), label: 'new' }],
    approvals: [{ validator: '55'.repeat(32), signature: new Uint8Array(64).fill(6) }],
  },
}

test('the bytes of an entry of each kind are what they always were', () => {
  const town = new Town(genesis)
  const ids = Object.fromEntries(Object.entries(OPS).map(([kind, op]) => [kind, entryIdOf(town.entry(ada, op).id)]))
  expect(ids).toMatchInlineSnapshot(`
    {
      "claim": "bafkreihxe6av56muvmk6zsc7mi47gvqnsfdeg46yjfdhdydouz475xnf6e",
      "evidence": "bafkreiegies4ezxi3xl4fcd3qeacyqtpww5dqf5v3htrpnyghsjezvp3n4",
      "register": "bafkreieg33d7eqgdnqgmfnuwmmfhlesfuugwjcqysar2pf2ewh6fux63ne",
      "release": "bafkreiadkpxyzwe3v3khfg2sxcnjpeny3ue6qhw2dojkwf7lsyim477im4",
      "renew": "bafkreihhlczet7dvmuk4ztbdfstvm4wciuxfsix6cxlkk6z6panlrz6vkm",
      "revoke": "bafkreih6i6tf3tzp7altlnuvgjtu2wir7v4dfciwmtvw3ianqa3rnbm22e",
      "transfer": "bafkreigg4vv2ryt6o7uofgu5hnhv6girwsx2aetcukmg2345pdd6qmztfa",
      "validators": "bafkreid3mdsno4xf4htsztkyxhho3yxzqnwka4kdit7ce5lhbhq5evl7ae",
    }
  `)
  expect(lines(town.entry(ada, { kind: 'renew', name: 'adele' }).bytes)).toMatchInlineSnapshot(`
    [
      "5d18d54fe3f84e2d35757d8cecd4d170d86961ee53b9a416d55e265eb8c8c3e30a3120be491ab946330f39178740199a",
      "7519f3fd6881992a42976de8523003030000000000000000a5626f70a2646b696e646572656e6577646e616d65656164",
      "656c65656e6f6e636501676163636f756e7458201d2c32475a5ecd8674c31ae110bd06b7a82ee0daf0d4a07ce72ec5cc",
      "ec605389676e6574776f726b5820f56bf5035ca08707f100a915e3dea9207f96526e77acb5315075c2524c3a0d626775",
      "6e74696c4d731b0000019b77119680",
    ]
  `)
})

test('the genesis, its state, a block and the root after it are what they always were', () => {
  const town = new Town(genesis)
  town.do(ada, town.claim(ada, 'adele'))
  const block = town.grow([town.entry(ada, { kind: 'register', name: 'adele', salt: SALT })])
  expect(lines(encodeGenesis(genesis))).toMatchInlineSnapshot(`
    [
      "a863746c6464706565726572756c6573ad667465726d4d731b0000000757b12c006767726163654d731a9a7ec8006865",
      "6e64696e674d731abbf81e00686d61784e616d65731820686e616d65426974730069656e74727942697473006a6d6178",
      "456e74726965731903e86b626974735065724e616d65006c756e74696c41686561644d731a05265c006d6d6178426c6f",
      "636b42797465731a000800006e636c61696d4d6178426c6f636b731903e86e636c61696d4d696e426c6f636b73016e6e",
      "65774e616d6545766572794d731a05265c00666661756c74730066736c6f744d731907d067726f756e644d731901f467",
      "73746172744d731b0000019b76daa8006776657273696f6e016a76616c696461746f727381a2636b65795820cf45b1c3",
      "52a24968d98bb16afe2bc934a9e74c7df0566b7e946be4d57b9f1950656c6162656c666c6561646572",
    ]
  `)
  expect({
    network: networkIdOf(networkOf(genesis)),
    state: genesisState(genesis).root,
    block: blockIdOf(block.header.id),
    entriesRoot: block.header.entriesRoot,
    stateRoot: block.header.stateRoot,
    wire: toHex(sha256(encodeBlock({ ...block, certificate: new Uint8Array([1]) }))),
  }).toMatchInlineSnapshot(`
    {
      "block": "bafyreighixkalrtyhu5jdtuomooy7yiats6cd4c4od4rukapv6dwsnnfyq",
      "entriesRoot": "82dd2497763d157959893806ddf059104b9b9c2f0493566941b303ca47f0da08",
      "network": "bafyreihvnp2qgxfaq4d7cafjcxr55kjap6lfe3txvs2tcudvyjjeyoqnmi",
      "state": "42428c0e27a660eb5dbde0eb31bb7ac51d8c1ffc61cc511cedf181f63b9f06f4",
      "stateRoot": "087a222046760e10167fe0098f2fa51ed57e2f490d7e9a91b4e95e8b670baa59",
      "wire": "3f126be14154eba83b19e4a082ca8337a0acfddd7661cbc215809f0727da33b7",
    }
  `)
})

test('an entry of each kind comes back as it was signed', () => {
  const town = new Town(genesis)
  for (const op of Object.values(OPS)) {
    const entry = town.entry(ada, op)
    expect(entry.op).toEqual(op)
    expect(decodeEntry(entry.bytes)).toEqual(entry)
    expect(town.context.isSigned(entry)).toBe(true)
  }
})

test('the id of a block is the CID of its header, that of a network the CID of its genesis', () => {
  const town = new Town(genesis)
  const { header } = town.block([])
  expect(blockIdOf(header.id)).toBe(cidOf(header.bytes))
  expect(networkIdOf(networkOf(genesis))).toBe(cidOf(encodeGenesis(genesis)))
  expect(digestOf(blockIdOf(header.id))).toBe(header.id)
  const certificate = new Uint8Array([9])
  expect(decodeBlock(encodeBlock({ header, entries: [], certificate }))).toEqual({ header, entries: [], certificate })
  expect(sealHeader(header)).toEqual(header)
  expect(decodeGenesis(encodeGenesis(genesis))).toEqual(genesis)
})

test('an account id is the key that signs for it', () => {
  const account = accountIdOf(ada.key.publicKey)
  expect(accountOf(ada.account)).toBe(account)
  expect(keyOf(account)).toBe(ada.account)
  expect(keyOf(AccountId.parse(`k51${'0'.repeat(59)}`))).toBeNull()
})

function lines(bytes: Uint8Array): string[] {
  return toHex(bytes).match(/.{1,96}/g) ?? []
}
