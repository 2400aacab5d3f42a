import type { Translated } from '../catalogue.ts'
import type { chatsList as english } from '../en/chats-list.ts'

/** Chats: the list of conversations. */
export const chatsList: Translated<typeof english> = {
  draft: 'Entwurf:',
  kept: 'Bleibt oben',
  muted: 'Stumm',
  mentioned_one: 'In {{count}} Nachricht wirst du genannt oder bekommst eine Antwort',
  mentioned_other: 'In {{count}} Nachrichten wirst du genannt oder bekommst eine Antwort',
  find: {
    label: 'Unterhaltung suchen',
    messages: 'Alle Nachrichten nach „{{query}}“ durchsuchen',
    none: 'Keine Unterhaltung und niemand, dem du begegnet bist, heißt „{{query}}“.',
  },
  filter: {
    label: 'Welche Unterhaltungen aufgeführt sind',
    all: 'Alle',
    unread: 'Ungelesen',
    groups: 'Gruppen',
    none: { all: 'Alle Unterhaltungen sind archiviert.', unread: 'Du hast alles gelesen.', groups: 'Du bist in keiner Gruppe.' },
  },
  archived: { title: 'Archiviert', show: 'Archivierte zeigen', hide: 'Archivierte verbergen' },
  list: {
    menu: 'Was mit {{name}} getan werden kann',
    read: 'Als gelesen markieren',
    keep: 'Oben halten',
    unkeep: 'Nicht mehr oben halten',
    mute: 'Stummschalten…',
    unmute: 'Nicht mehr stumm',
    archive: 'Archivieren',
    unarchive: 'Aus dem Archiv holen',
  },
}
