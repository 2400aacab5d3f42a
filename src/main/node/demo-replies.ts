import { NameLabel } from '../../shared/model/ledger.ts'

/** Its name in a network of its owner's own: `hello.peer`, where the network's names end so. */
export const DEMO_LABEL = NameLabel.parse('hello')

/** What stands in the zone of its name. */
export const DEMO_TEXT = 'Hello. This name belongs to the demonstration peer, a small program inside this Latch.'

/** What the demonstration peer says when its knock is seen. */
export const GREETING =
  'Hello, I am the demonstration peer inside this app. Allow me, and I will answer what you write.'

/** Its first message, once it was let in. */
export const WELCOME =
  'You lifted the latch: from now on I may write to you, and nobody else may because of it. I am a small program, not ' +
  'a person, and I run on this machine only. Open my site, hello.peer, under Browse, or write “help” to see what I can tell you about.'

const HELP =
  'I know a little about: inviting somebody, knocks and the door, safety words, names such as hello.peer, what the ticks ' +
  'mean, being away, where your messages are kept, the local network, and how to switch me off. Name one of them.'

const UNKNOWN =
  'I am a program with a dozen answers, and that is none of them. Write “help” to see what I can tell you about.'

/** The first topic whose words are in the text is the answer. */
const topics: readonly { readonly words: RegExp; readonly says: string }[] = [
  { words: /\b(help|topics|what can you)\b/i, says: HELP },
  {
    words: /\b(who are you|are you (a )?(human|person|real|bot|robot)|your name)\b/i,
    says: 'I am the demonstration peer: a second, tiny Latch inside this app. Nobody reads what you write to me.',
  },
  {
    words: /\b(names?|hello\.peer|look(ed|ing)? ?up|claim\w*|zones?)\b/i,
    says:
      'In a network of your own I am hello.peer: look it up under Names, and you see whose it is, where it points and how ' +
      'it was found. Claim a name for yourself there: it takes a few seconds, and nobody else can take it.',
  },
  {
    words: /\b(switch|turn|off|remove you|go away|stop|leave)\b/i,
    says: 'Settings → Demonstration peer switches me off. You can also forget me, like any contact.',
  },
  {
    words: /\b(invit\w*|link|friend|somebody|someone|add)\b/i,
    says:
      'Choose Invite to make a link. Send it to one person: opening it connects the two of you, and its one-time token ' +
      'lets them in without a second question. It ends when it was used, or after its time.',
  },
  {
    words: /\b(safety|words|verif\w*|compare|trust)\b/i,
    says:
      'Six safety words come from both of your keys, the same on both screens. Read them to each other over the phone: ' +
      'if they match, nobody stands between you. Then mark the contact as verified.',
  },
  {
    words: /\b(tick|ticks|deliver\w*|queued|sent|read|receipt\w*|trace)\b/i,
    says:
      'The tick on a message tells the truth: queued means it waits here, delivered means it is stored on their device, ' +
      'read means they chose to say so. Click it to see each step and its time.',
  },
  {
    words: /\b(knock\w*|door|allow|deny|rule\w*|block\w*|permission)\b/i,
    says:
      'Whoever wants something knocks, and you answer: once, for this session, always, or no. Nobody answered in 60 ' +
      'seconds means no, once. The Door shows the knocks you missed, your rules, and a log of every decision.',
  },
  {
    words: /\b(away|offline|asleep|later|disconnect\w*)\b/i,
    says:
      'A message to somebody who is away waits on your device, and goes out when theirs appears, also after both ' +
      'were restarted. No server holds it meanwhile.',
  },
  {
    words: /\b(where|kept|store\w*|database|encrypt\w*|server|private|privacy|secure)\b/i,
    says:
      'Messages go from your device to theirs, encrypted, with no server in between, and are kept in an encrypted ' +
      'database on each. Network shows how this device can be reached.',
  },
  {
    words: /\b(network|lan|wi-?fi|find|peers?|near\w*)\b/i,
    says:
      'Devices with Latch on the same local network find each other by themselves; see Network. Elsewhere, use an ' +
      'invitation or an address.',
  },
  {
    words: /\b(thanks?|thank you|great|nice|cool)\b/i,
    says: 'You are welcome. Now invite somebody who can really talk.',
  },
  { words: /\b(hi|hello|hey|good (morning|evening|day))\b/i, says: `Hello. ${HELP}` },
]

/** An answer to what somebody wrote. Always the same for the same text, and never more than one. */
export function replyTo(text: string): string {
  return topics.find(({ words }) => words.test(text))?.says ?? UNKNOWN
}
