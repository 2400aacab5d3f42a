import type { Translated } from '../catalogue.ts'
import type { exit as english } from '../en/exit.ts'

/** Ways out to the outside web: through contacts, and of contacts through this device. */
export const exit: Translated<typeof english> = {
  loading: 'Die Ausgänge werden geladen',
  yours: {
    title: 'Ausgänge für dich',
    note: 'Ein Kontakt kann dich Adressen im offenen Web über sein Gerät öffnen lassen. Websites sehen dann dessen Adresse statt deiner.',
    sees: 'Der Kontakt sieht, welche Hosts du besuchst und wie viel, aber nicht was: Das bleibt zwischen dir und der Website verschlüsselt.',
    emptyTitle: 'Kein Kontakt hat hier ein Gerät',
    emptyText: 'Wenn du Kontakte in diesem Netz hast, stehen sie hier, und du kannst fragen, ob sie dich hinauslassen.',
    list: 'Kontakte, die dich hinauslassen könnten',
    state: {
      'open': 'Lässt dich hinaus',
      'knock-first': 'Möchte, dass du erst anklopfst',
      'off': 'Lässt dich nicht hinaus',
      'unknown': 'Noch nicht gefragt',
      'away': 'Abwesend',
    },
    exceptions: {
      open: 'aber nicht zu jedem Host',
      off: 'aber zu einigen Hosts',
    },
    checked: 'gefragt',
    check: 'Fragen',
    checkOf: '{{name}} fragen, ob du hinausdarfst',
    use: 'Um eine Seite so zu öffnen, gib beim Surfen eine https://-Adresse ein und wähle, über wen.',
  },
  theirs: {
    title: 'Wen du hinauslässt',
    note: 'Niemanden, solange keine Regel deiner Tür es sagt: eine Regel für „{{capability}}“. Nur Kontakte können hinaus, nur zu Port 443 und nie zu Adressen in deinem eigenen Netz.',
    on: 'Eine Regel lässt Kontakte über dieses Gerät hinaus.',
    off: 'Über dieses Gerät wird niemand hinausgelassen.',
    sees: 'Das offene Web sieht deine Adresse bei allem, was sie öffnen.',
    list: 'Regeln über Ausgänge',
    rules: 'Regeln der Tür',
    addRule: 'Zu den Regeln',
  },
  counted: {
    ours: 'Was du über andere geöffnet hast',
    theirs: 'Was andere über dich geöffnet haben',
    note: 'Heute gezählt, und nur auf diesem Gerät.',
    none: 'Heute noch nichts.',
    sum: '{{out}} gesendet, {{in}} empfangen',
    host: 'Host',
    through: 'Über {{name}}',
    for: '{{name}}',
    connections_one: '{{count}} Verbindung',
    connections_other: '{{count, number}} Verbindungen',
    open_one: '{{count}} jetzt offen',
    open_other: '{{count}} jetzt offen',
    refused_one: '{{count}} abgelehnt',
    refused_other: '{{count}} abgelehnt',
    all: 'Alle {{count, number}} Hosts zeigen',
    fewer: 'Weniger zeigen',
    clear: 'Gezähltes vergessen',
  },
}
