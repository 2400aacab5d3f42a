import type { invite as english } from '../en/invite.ts'
import type { Translated } from '../catalogue.ts'

/** Inviting somebody, and using what somebody sent you. */
export const invite: Translated<typeof english> = {
  title: 'Jemanden einladen',
  text: 'Wer diesen Link zuerst öffnet, kommt ohne weitere Frage zum Chatten durch deine Tür.',
  lasts: 'Gilt',
  lastsFor: { day: '1 Tag', week: '1 Woche', month: '30 Tage' },
  make: 'Link erstellen',
  again: 'Weiteren Link erstellen',
  link: 'Einladungslink',
  copy: 'Link kopieren',
  until: 'Für eine Person, bis {{when}}. Er geht, solange dieses Gerät erreichbar ist.',
  qr: 'Der Einladungslink als QR-Code',
  qrNote: 'Oder lass diesen Code scannen.',
  qrTooLong: 'Dieser Link ist zu lang für einen QR-Code. Kopiere ihn oder sende ihn als Datei.',
  toConnect: 'Ich habe einen Link bekommen',
  open: {
    title: 'Offene Einladungen',
    made: 'Erstellt am {{when}}',
    current: 'der Link oben',
    until: 'Gilt bis {{when}}',
    takeBack: 'Zurücknehmen',
    takeBackOne: 'Die Einladung vom {{when}} zurücknehmen',
    gone: 'Zurückgenommen: Der Link öffnet nichts mehr.',
    more_one: '{{count}} weitere zeigen',
    more_other: '{{count}} weitere zeigen',
  },
  connect: {
    title: 'Mit jemandem verbinden',
    text: 'Füge eine Einladung, einen Link zu einem Vermittler oder die Adresse eines Geräts ein.',
    field: 'Link oder Adresse',
    placeholder: 'latch://invite/… oder /ip4/…/tcp/…/p2p/…',
    unlike: 'Das ist weder ein Link von Latch noch eine Adresse.',
    from: '{{name}} lädt dich ein',
    fromNote: 'So nennt sich die Person selbst; vergleicht die Sicherheitswörter, sobald ihr verbunden seid.',
    network: 'Dort wird das Netz „{{label}}“ benutzt. Du trittst ihm bei, außer du benutzt ein anderes oder hast Namen in deinem eigenen.',
    expires: 'Gilt bis {{when}}.',
    go: 'Verbinden',
    going: 'Wird verbunden…',
    kept: 'Der Link wurde nicht verbraucht.',
  },
}
