import { encodeRequest, encodeSuccess, encodeUnknown } from '../../../src/main/protocols/stun/message.ts'

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ''), 'hex')

const transaction = hex('b7e7a701 bc34d686 fa87dfae')
const none = { address: false, port: false }

/** RFC 5769, sections 2.1 to 2.3, and our own messages. Added to, never edited. */
export const golden = {
  transaction,
  request: hex(`
    00010058 2112a442 b7e7a701 bc34d686 fa87dfae
    80220010 5354554e 20746573 7420636c 69656e74
    00240004 6e0001ff
    80290008 932ff9b1 51263b36
    00060009 6576746a 3a683676 59202020
    00080014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249 c1b571a2
    80280004 e57a3bcf`),
  successV4: hex(`
    0101003c 2112a442 b7e7a701 bc34d686 fa87dfae
    8022000b 74657374 20766563 746f7220
    00200008 0001a147 e112a643
    00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7
    80280004 c07d4c96`),
  successV6: hex(`
    01010048 2112a442 b7e7a701 bc34d686 fa87dfae
    8022000b 74657374 20766563 746f7220
    00200014 0002a147 0113a9fa a5d3f179 bc25f4b5 bed2b9d9
    00080014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41
    80280004 c8fb0b4c`),
  ours: {
    'a request': {
      bytes: hex(`
        00010050 2112a442 b7e7a701 bc34d686 fa87dfae fff00044 00000000 00000000 00000000 00000000
        00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
        00000000 00000000 00000000 80280004 cc04d49d`),
      made: () => encodeRequest({ transaction, change: none }, 100),
    },
    'a request for another port': {
      bytes: hex(`
        00010050 2112a442 b7e7a701 bc34d686 fa87dfae 00030004 00000002 fff0003c 00000000 00000000
        00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
        00000000 00000000 00000000 80280004 54d4d23a`),
      made: () => encodeRequest({ transaction, change: { address: false, port: true } }, 100),
    },
    'an answer to a short request': {
      bytes: hex(`
        01010014 2112a442 b7e7a701 bc34d686 fa87dfae 00200008 0001a147 e112a643 80280004 7d281f59`),
      made: () =>
        encodeSuccess({ transaction, mapped: { address: '192.0.2.1', port: 32_853 }, origin: null, other: null }, 44),
    },
    'an answer with everything': {
      bytes: hex(`
        01010050 2112a442 b7e7a701 bc34d686 fa87dfae 00200014 0002a147 0113a9fa a5d3f179 bc25f4b5
        bed2b9d9 802c0014 00020d97 20010db8 00000000 00000000 00000002 802b0014 00020d96 20010db8
        00000000 00000000 00000001 80280004 d13ef43e`),
      made: () =>
        encodeSuccess(
          {
            transaction,
            mapped: { address: '2001:db8:1234:5678:11:2233:4455:6677', port: 32_853 },
            origin: { address: '2001:db8::1', port: 3478 },
            other: { address: '2001:db8::2', port: 3479 },
          },
          100,
        ),
    },
    'an error': {
      bytes: hex(`
        01110018 2112a442 b7e7a701 bc34d686 fa87dfae 00090004 00000414 000a0004 00270026 80280004
        15a5f781`),
      made: () => encodeUnknown(transaction, [0x0027, 0x0026], 100),
    },
  },
}
