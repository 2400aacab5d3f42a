import type { Translated } from '../catalogue.ts'
import type { doorOffer as english } from '../en/door-offer.ts'

/** What a message offers: nobody knocks then, and nobody elsewhere waits. */
export const doorOffer: Translated<typeof english> = {
  card: 'Datei von {{name}}',
  file: 'bietet dir eine Datei an',
  folder: 'bietet dir einen Ordner an',
  folderOf_one: 'bietet dir einen Ordner mit {{count}} Datei an',
  folderOf_other: 'bietet dir einen Ordner mit {{count, number}} Dateien an',
  sentence: '{{name}}, {{who}}, {{wants}}.',
  sized: '{{wants}} ({{size}})',
  from: 'In einer Nachricht an dich',
  into: 'Erlaubst du es, wird sie nach {{into}} gespeichert. Nichts wird geöffnet oder ausgeführt.',
  allowNote: 'Nur dieses eine.',
  denyNote: 'Einmal. Es bleibt im Chat.',
  answered: {
    allow: '{{name}} darf dir Dateien schicken, {{until}}.',
    allowPlain: 'Du hast die Datei von {{name}} erlaubt.',
    deny: '{{name}} darf dir keine Dateien schicken, {{until}}.',
    denyPlain: 'Du hast die Datei von {{name}} abgelehnt.',
  },
}
