/** Words that German has as they are: names, units, and what German took over. */
export const sameWords: readonly string[] = [
  'Address-restricted', 'App', 'Apps', 'Chat', 'Chats', 'Code', 'Deutsch', 'Download', 'Downloads', 'English', 'Hash', 'Host', 'In',
  'Label', 'Laptop', 'Link', 'Links', 'Moderator', 'Name', 'Passphrase', 'Peers', 'Port', 'Port-restricted', 'Router', 'Slot', 'Slots', 'Start',
  'Tabs', 'TCP', 'Text', 'Token', 'Transport', 'Validator', 'Version', 'WebRTC', 'WebSocket', 'Zone', 'DHT', 'Block',
]

/** Parts of sentences that are no words of a language: units, commands, addresses, and `in` before a name. */
export const sameParts = /\{\{[^}]*\}\}|latch:\/\/\S+|^latch ledger submit claim|\b(?:www\.)?alice\.|@alice\.|\b(?:ms|min|MiB|KiB|App|Block|Slot|in|h|s|T|W|R)\b/g

/**
 * Words on buttons that are more than 1.8 times as long as the English ones and have the room, as pictures show: the button
 * is as wide as its words, and stands alone or in a row that goes on below.
 */
export const roomy: readonly string[] = ['namesZone.save.go']
