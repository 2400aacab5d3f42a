/** What a page that is open here asks: nobody knocks then, and nobody elsewhere waits. */
export const doorPage = {
  card: 'Question of a page of {{name}}',
  load: '{{name}}’s site wants to load from {{target}}',
  loadOf: '{{name}}’s site {{site}} wants to load from {{target}}',
  other: '{{name}}’s site {{wants}}',
  target: 'another site',
  sentence: '{{wants}}. {{name}} is {{who}}.',
  from: 'A page that is open here asks',
  denyNote: 'Once. The page goes on without it.',
  answered: {
    allow: 'You allowed it to {{name}}’s site {{until}}.',
    allowPlain: 'You allowed it to {{name}}’s site.',
    deny: 'You denied it to {{name}}’s site {{until}}.',
    denyPlain: 'You denied it to {{name}}’s site.',
  },
} as const
