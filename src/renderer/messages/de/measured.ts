import type { measured as english } from '../en/measured.ts'
import type { Translated } from '../catalogue.ts'

/** Which networks reach which: the table of our lab. */
export const measured: Translated<typeof english> = {
  title: 'Welche Netze einander erreichen',
  open: 'Welche Netze einander erreichen, gemessen',
  how: 'Gemessen in unserem Labor',
  howNote:
    'Zwei Geräte an je einem dieser Orte trafen sich durch eine Einladung, jedes Paar von Orten, auf einer Maschine; gemessen ab dem Klick. Echte Router sind anders.',
  own: 'Dieses Gerät steht hier: {{place}}.',
  ownUnknown: 'Wo dieses Gerät steht, ist noch nicht bekannt; „Neu nachsehen“ unter Dieses Gerät findet es heraus.',
  legend: 'Was die Buchstaben bedeuten',
  letter: { tcp: 'T', webrtc: 'W', relay: 'R', missing: '–' },
  way: {
    tcp: 'Direkt, über TCP',
    webrtc: 'Direkt, über WebRTC',
    relay: 'Über ein Relais',
  },
  missing: 'Nicht gemessen',
  here: 'du',
  pair: '{{a}} und {{b}}: {{text}}',
  point: 'Zeige auf ein Feld, oder geh mit den Pfeiltasten hin, um zu sehen, wie lange es dauerte.',
  times: 'Verbunden nach {{connected}}, erste Nachricht bestätigt nach {{message}}.',
  timesDirect: 'Verbunden nach {{connected}}, erste Nachricht bestätigt nach {{message}}, direkt nach {{direct}}.',
  from: 'Von',
  places: 'Die Orte',
  place: {
    'public': 'Öffentliche Adresse',
    'upnp': 'Port vom Router',
    'full-cone': 'Full Cone',
    'address-restricted': 'Address-restricted',
    'port-restricted': 'Port-restricted',
    'double-nat': 'Zwei Router',
    'lossy': 'Leitung mit Verlust',
    'slow': 'Langer Weg',
    'symmetric': 'Symmetrisch',
    'udp-blocked': 'Kein UDP',
    'only-443': 'Nur Port 443',
  },
  is: {
    'public': 'Eine eigene Adresse, und nichts davor.',
    'upnp': 'Port-restricted, und der Router gibt einen Port, wenn man ihn fragt (UPnP).',
    'full-cone': 'Der Router lässt Antworten von allen herein, sobald ein Wort hinausging.',
    'address-restricted': 'Er lässt Antworten von Rechnern herein, mit denen gesprochen wurde, von jedem ihrer Ports.',
    'port-restricted': 'Er lässt Antworten nur von denen herein, mit denen gesprochen wurde, und nur von diesem Port.',
    'double-nat': 'Port-restricted hinter Port-restricted, wie hinter einem Mobilfunkanbieter.',
    'lossy': 'Port-restricted, und je Richtung gehen 5 % der Pakete verloren.',
    'slow': 'Port-restricted, und 200 ms mehr zu allen und zurück.',
    'symmetric': 'Er zeigt allen eine andere Adresse, sodass niemand den Weg zurück findet.',
    'udp-blocked': 'Port-restricted, und UDP kommt nicht hinaus.',
    'only-443': 'Nur TCP zu Port 443 kommt hinaus, wie aus manchen Büros.',
  },
  emptyTitle: 'Noch nicht gemessen',
  emptyText:
    'Dieses Latch wurde gebaut, bevor sein Labor jedes Paar gemessen hatte. Wie dein Gerät erreicht wird und was versucht wurde, steht unter Dieses Gerät.',
  toDevice: 'Dieses Gerät zeigen',
}
