import { doorKnock } from './door-knock.ts'
import { doorLog } from './door-log.ts'
import { doorOffer } from './door-offer.ts'
import { doorPage } from './door-page.ts'
import { doorRules } from './door-rules.ts'

/** The door: knocks, missed ones, rules, the log, blocked people. */
export const door = {
  ...doorKnock,
  offer: doorOffer,
  page: doorPage,
  title: 'Door',
  loading: 'Loading what is at the door',
  section: {
    knocks: 'At the door',
    missed: 'Missed',
    rules: 'Rules',
    log: 'Log',
    blocked: 'Blocked',
  },
  count: {
    knocks_one: '{{count}} knock',
    knocks_other: '{{count}} knocks',
    missed_one: '{{count}} missed knock',
    missed_other: '{{count}} missed knocks',
    rules_one: '{{count}} rule',
    rules_other: '{{count}} rules',
    blocked_one: '{{count}} blocked person',
    blocked_other: '{{count}} blocked people',
  },
  back: 'Back to the door',
  capability: {
    contact: 'Chat',
    file: 'Files',
    visit: 'Visits',
    relay: 'Relaying',
    'hold-mail': 'Holding mail',
    lookup: 'Looking up names',
    load: 'Loading from other sites',
    exit: 'Opening the web',
    app: 'App {{app}}',
    anything: 'Anything',
  },
  command: {
    rule: 'Add a rule of the door',
    rules: 'Show the rules of the door',
    import: 'Import rules of the door',
    missed: 'Show missed knocks',
    log: 'Show the log of the door',
    check: 'Check the log of the door',
    blocked: 'Show who is blocked',
  },
  empty: {
    knocks: {
      title: 'Nobody is at the door',
      text:
        'When somebody wants something of you, they knock, and you see here who, what and from where. Nothing gets in before you answer.',
    },
    missed: { title: 'Nothing missed', text: 'A knock that nobody answered in time is denied once and kept here.' },
    rules: {
      title: 'No rules yet',
      text: 'Without one you are asked each time. Answering “always” makes one; so does the button above.',
    },
    log: { title: 'Nothing decided yet', text: 'Every decision of your door is written down here, with its reason.' },
    blocked: { title: 'Nobody is blocked', text: 'Whoever you block cannot knock any more, and is not told.' },
  },
  rules: doorRules,
  log: doorLog,
  blocked: {
    unblock: 'Unblock',
    unblockLabel: 'Unblock {{name}}',
    note: 'Your note: {{note}}',
    inLog: 'In the log',
    inLogLabel: '{{name}} in the log',
  },
} as const
