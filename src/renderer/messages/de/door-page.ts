import type { Translated } from '../catalogue.ts'
import type { doorPage as english } from '../en/door-page.ts'

/** What a page that is open here asks: nobody knocks then, and nobody elsewhere waits. */
export const doorPage: Translated<typeof english> = {
  card: 'Frage einer Seite von {{name}}',
  load: 'Die Website von {{name}} möchte von {{target}} laden',
  loadOf: 'Die Website {{site}} von {{name}} möchte von {{target}} laden',
  other: 'Die Website von {{name}} {{wants}}',
  target: 'einer anderen Website',
  sentence: '{{wants}}. {{name}}: {{who}}.',
  from: 'Eine Seite, die hier offen ist, fragt',
  denyNote: 'Einmal. Die Seite läuft ohne weiter.',
  answered: {
    allow: 'Du hast es der Website von {{name}} erlaubt, {{until}}.',
    allowPlain: 'Du hast es der Website von {{name}} erlaubt.',
    deny: 'Du hast es der Website von {{name}} verwehrt, {{until}}.',
    denyPlain: 'Du hast es der Website von {{name}} verwehrt.',
  },
}
