import { AccountId, ConversationId, KnockId, MessageId, PeerId, RuleId } from '../../src/shared/ids.ts'
import { DownloadId, TabId } from '../../src/shared/model/browse.ts'
import { NetworkId } from '../../src/shared/model/ledger.ts'

const base32 = 'abcdefghijklmnopqrstuvwxyz234567'
const base36 = '0123456789abcdefghijklmnopqrstuvwxyz'
const base58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** Well-formed ids that a name always leads to, so that two runs of the gallery show the same pictures. */
export const accountOf = (name: string): AccountId => AccountId.parse(`k51${spell(`account ${name}`, base36, 59)}`)
export const peerIdOf = (name: string): PeerId => PeerId.parse(`12D3KooW${spell(`peer ${name}`, base58, 44)}`)
export const conversationOf = (name: string): ConversationId =>
  ConversationId.parse(spell(`conversation ${name}`, base32, 52))
export const messageIdOf = (name: string): MessageId => MessageId.parse(`bafyrei${spell(name, base32, 51)}a`)
export const networkIdOf = (name: string): NetworkId => NetworkId.parse(`bafyrei${spell(`network ${name}`, base32, 51)}a`)
export const knockIdOf = (name: string): KnockId => KnockId.parse(spell(`knock ${name}`, base32, 26))
export const ruleIdOf = (name: string): RuleId => RuleId.parse(spell(`rule ${name}`, base32, 26))
export const tabIdOf = (name: string): TabId => TabId.parse(spell(`tab ${name}`, base32, 26))
export const downloadIdOf = (name: string): DownloadId => DownloadId.parse(spell(`download ${name}`, base32, 26))
/** Of a folder as UnixFS: its length and its alphabet, and no more. */
export const cidOf = (name: string): string => `bafybei${spell(`cid ${name}`, base32, 51)}a`

/** So many signs of base32. */
export const base32Of = (name: string, length: number): string => spell(name, base32, length)

/** So many bytes in hexadecimal. */
export const hexOf = (name: string, bytes: number): string => spell(name, '0123456789abcdef', 2 * bytes)

function spell(seed: string, alphabet: string, length: number): string {
  let state = 2166136261
  for (const character of seed) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16777619)
  let spelled = ''
  while (spelled.length < length) {
    state = Math.imul(state ^ (state >>> 15), 2246822507) + 0x9e3779b9
    spelled += alphabet[(state >>> 8) % alphabet.length] ?? ''
  }
  return spelled
}
