import type { Translated } from '../catalogue.ts'
import type { door as english } from '../en/door.ts'
import { doorKnock } from './door-knock.ts'
import { doorLog } from './door-log.ts'
import { doorOffer } from './door-offer.ts'
import { doorPage } from './door-page.ts'
import { doorRules } from './door-rules.ts'

/** The door: knocks, missed ones, rules, the log, blocked people. */
export const door: Translated<typeof english> = {
  ...doorKnock,
  offer: doorOffer,
  page: doorPage,
  title: 'Tür',
  loading: 'Es wird geladen, was an der Tür ist',
  section: {
    knocks: 'An der Tür',
    missed: 'Verpasst',
    rules: 'Regeln',
    log: 'Protokoll',
    blocked: 'Blockiert',
  },
  count: {
    knocks_one: '{{count}} klopft an',
    knocks_other: '{{count}} klopfen an',
    missed_one: '{{count}} verpasstes Anklopfen',
    missed_other: '{{count}}-mal Anklopfen verpasst',
    rules_one: '{{count}} Regel',
    rules_other: '{{count}} Regeln',
    blocked_one: '{{count}} blockierte Person',
    blocked_other: '{{count}} blockierte Personen',
  },
  back: 'Zurück zur Tür',
  capability: {
    contact: 'Chat',
    file: 'Dateien',
    visit: 'Besuche',
    relay: 'Weiterleiten',
    'hold-mail': 'Post aufbewahren',
    lookup: 'Namen nachschlagen',
    load: 'Von anderen Websites laden',
    exit: 'Das Web öffnen',
    app: 'App {{app}}',
    anything: 'Alles',
  },
  command: {
    rule: 'Eine Regel der Tür hinzufügen',
    rules: 'Regeln der Tür zeigen',
    import: 'Regeln der Tür importieren',
    missed: 'Verpasstes Anklopfen zeigen',
    log: 'Protokoll der Tür zeigen',
    check: 'Protokoll der Tür prüfen',
    blocked: 'Zeigen, wer blockiert ist',
  },
  empty: {
    knocks: {
      title: 'Niemand ist an der Tür',
      text:
        'Wer etwas von dir möchte, klopft an, und du siehst hier, wer, was und von wo. Nichts kommt herein, bevor du antwortest.',
    },
    missed: { title: 'Nichts verpasst', text: 'Worauf niemand rechtzeitig antwortete, das wird einmal abgelehnt und steht hier.' },
    rules: {
      title: 'Noch keine Regeln',
      text: 'Ohne Regel wirst du jedes Mal gefragt. Die Antwort „Immer“ macht eine, und der Knopf oben auch.',
    },
    log: { title: 'Noch nichts entschieden', text: 'Jede Entscheidung deiner Tür steht hier, mit ihrem Grund.' },
    blocked: { title: 'Niemand ist blockiert', text: 'Wen du blockierst, der kann nicht mehr anklopfen, und es wird nicht gesagt.' },
  },
  rules: doorRules,
  log: doorLog,
  blocked: {
    unblock: 'Freigeben',
    unblockLabel: '{{name}} freigeben',
    note: 'Deine Notiz: {{note}}',
    inLog: 'Im Protokoll',
    inLogLabel: '{{name}} im Protokoll',
  },
}
