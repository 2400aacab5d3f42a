/** A person: names, safety words, trust, and what can be done about them. */
export const contacts = {
  safety: {
    title: 'Safety words with {{name}}',
    how: 'Read them to each other, in person or on a call. If both of you see the same six, nobody stands between you.',
    none: 'There are none until they have proven who they are.',
    match: 'They match',
    takeBack: 'Take that back',
    verified: 'You compared these words.',
    changed:
      'Their devices are not vouched for by the account you knew. Compare the words again before you trust what is said here.',
  },
  trust: {
    verified: 'Verified',
    unverified: 'Not verified',
    changed: 'Changed',
  },
  changed: {
    title: '{{name}} may not be who they were',
    text:
      'This account’s devices are no longer vouched for by the list you knew. Nothing was deleted. Compare safety words before you write anything private.',
    action: 'Compare words',
  },
  menu: {
    label: 'More about {{name}}',
    rename: 'Change the name you use',
    groups: 'Put into groups',
    copyKey: 'Copy their account key',
    copyName: 'Copy {{name}}',
    block: 'Block',
    blockNote: 'They cannot knock again, and are not told.',
    unblock: 'Unblock',
    forget: 'Forget this person',
    forgetNote: 'Messages stay.',
  },
  rename: {
    title: 'What you call them',
    label: 'Name',
    hint: 'Only you see it. They call themselves “{{name}}”.',
    save: 'Use this name',
  },
  groups: {
    title: 'Groups of {{name}}',
    text: 'Only you see them. A rule of your door can be about a group.',
    in: 'In the groups',
    there: 'Groups there are',
    new: 'New group',
    newHint: 'A group that nobody is in any more goes by itself.',
    add: 'Add',
    save: 'Keep these groups',
    full_one: 'Nobody can be in more than {{count}} group.',
    full_other: 'Nobody can be in more than {{count}} groups.',
    unusable: 'That name holds characters that cannot be seen. Type it by hand.',
  },
  blockedBar: {
    title: 'You blocked {{name}}',
    text: 'Nothing of theirs gets in, and they are not told.',
    unblock: 'Unblock',
  },
} as const
