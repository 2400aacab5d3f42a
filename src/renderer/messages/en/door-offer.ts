/** What a message offers: nobody knocks then, and nobody elsewhere waits. */
export const doorOffer = {
  card: 'File of {{name}}',
  file: 'offers you a file',
  folder: 'offers you a folder',
  folderOf_one: 'offers you a folder of {{count}} file',
  folderOf_other: 'offers you a folder of {{count, number}} files',
  sentence: '{{name}}, {{who}}, {{wants}}.',
  sized: '{{wants}} of {{size}}',
  from: 'In a message to you',
  into: 'Allowed, it is saved to {{into}}. Nothing is opened or run.',
  allowNote: 'Just this one.',
  denyNote: 'Once. It stays in the chat.',
  answered: {
    allow: '{{name}} may send you files {{until}}.',
    allowPlain: 'You allowed the file of {{name}}.',
    deny: '{{name}} may not send you files {{until}}.',
    denyPlain: 'You denied the file of {{name}}.',
  },
} as const
