import type { welcome as english } from '../en/welcome.ts'
import type { Translated } from '../catalogue.ts'

/** The first run, and an account that cannot be opened. */
export const welcome: Translated<typeof english> = {
  title: 'Willkommen bei Latch',
  text: 'Sprich direkt, von Gerät zu Gerät. Niemand kommt herein, solange du den Riegel nicht hebst.',
  name: 'Dein Name',
  nameHint: 'Das sehen andere, wenn du anklopfst. Du kannst ihn später ändern.',
  create: 'Konto anlegen',
  ways: 'Schon mit Latch unterwegs?',
  way: { link: 'Ich habe Latch auf einem anderen Gerät', backup: 'Ich habe eine Sicherung', restore: 'Ich habe eine Wiederherstellungsphrase' },
  wayNote: {
    link: 'Dein Konto und deine Nachrichten, auf beiden',
    backup: 'Alles, wie es damals war',
    restore: 'Wer du bist; Nachrichten bleiben, wo sie waren',
  },
  restoreTitle: 'Konto wiederherstellen',
  restoreText: 'Die zwölf Wörter bringen dein Konto auf dieses Gerät zurück. Nachrichten bleiben, wo sie waren.',
  phrase: 'Wiederherstellungsphrase',
  phraseHint: '{{count}} von {{of}} Wörtern',
  phraseKept: 'Was du getippt hast, bleibt stehen.',
  restore: 'Konto wiederherstellen',
  lockedTitle: 'Dein Konto ist verschlossen',
  lockedKept: 'Nichts wurde geändert oder gelöscht.',
}
