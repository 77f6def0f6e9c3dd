/** Frames as bytes, made field by field. */
export const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/[\s:]/g, ''), 'hex')

const word = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff])
const text = (value: string): Buffer => Buffer.from(value, 'utf8')

export function ethernet(type: number, payload: Uint8Array, source = '00:00:5e:00:53:01'): Buffer {
  return Buffer.concat([hex('01 80 c2 00 00 0e'), hex(source), word(type), payload])
}

const lldpTlv = (type: number, value: Uint8Array): Buffer => Buffer.concat([word((type << 9) | value.length), value])

export type MadeLldp = { readonly port?: string; readonly name?: string; readonly ttl?: number }

export function lldpFrame({ port = 'ge-0/0/7', name = 'access-1', ttl = 120 }: MadeLldp = {}): Buffer {
  const tlvs = [
    lldpTlv(1, hex('04 00 00 5e 00 53 c0')),
    lldpTlv(2, Buffer.concat([hex('05'), text(port)])),
    lldpTlv(3, word(ttl)),
    lldpTlv(4, text('to the agent')),
    lldpTlv(5, text(name)),
    lldpTlv(6, text('Example switch 1.0')),
    lldpTlv(7, hex('0014 0004')),
    lldpTlv(8, hex('05 01 c0 00 02 0a 02 00000001 00')),
    lldpTlv(0, Buffer.alloc(0)),
  ]
  return ethernet(0x88cc, Buffer.concat(tlvs))
}

const cdpTlv = (type: number, value: Uint8Array): Buffer => Buffer.concat([word(type), word(value.length + 4), value])

export function cdpFrame(): Buffer {
  const payload = Buffer.concat([
    hex('aa aa 03 00 00 0c 20 00 02 b4 00 00'),
    cdpTlv(1, text('core-1.example.net')),
    cdpTlv(2, hex('00000001 01 01 cc 0004 c0 00 02 01')),
    cdpTlv(3, text('GigabitEthernet1/0/3')),
    cdpTlv(4, hex('00000029')),
    cdpTlv(6, text('cisco WS-C2960X')),
  ])
  return ethernet(payload.length, payload)
}

export function arpFrame(mac: string, address: string): Buffer {
  const ip = Buffer.from(address.split('.').map(Number))
  return ethernet(0x0806, Buffer.concat([hex('0001 0800 06 04 0001'), hex(mac), ip, Buffer.alloc(6), ip]), mac)
}

function udpFrame(from: { address: string; port: number; mac: string }, port: number, data: Uint8Array): Buffer {
  const source = Buffer.from(from.address.split('.').map(Number))
  const udp = Buffer.concat([word(from.port), word(port), word(8 + data.length), word(0), data])
  const head = Buffer.concat([
    hex('45 00'),
    word(20 + udp.length),
    hex('0000 0000 ff 11 0000'),
    source,
    hex('e00000fb'),
  ])
  return ethernet(0x0800, Buffer.concat([head, udp]), from.mac)
}

export function dhcpRequest(mac: string, hostname: string): Buffer {
  const head = Buffer.concat([hex('01 01 06 00'), Buffer.alloc(24), hex(mac), Buffer.alloc(10 + 64 + 128)])
  const option = (kind: number, value: Uint8Array): Buffer => Buffer.concat([Buffer.from([kind, value.length]), value])
  const options = [
    option(53, hex('03')),
    option(50, hex('c0 00 02 21')),
    option(60, text('MSFT 5.0')),
    option(12, text(hostname)),
  ]
  const message = Buffer.concat([head, hex('63 82 53 63'), ...options, hex('ff')])
  return udpFrame({ address: '0.0.0.0', port: 68, mac }, 67, message)
}

const dnsName = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), text(label)])),
    hex('00'),
  ])

/** An answer with the printer's service and its address; the last name points back to the first one's end. */
export function mdnsAnswer(mac: string): Buffer {
  const head = hex('0000 8400 0000 0002 0000 0000')
  const service = dnsName('_ipp._tcp.local')
  const instance = Buffer.concat([Buffer.from([7]), text('Printer'), hex('c0 0c')])
  const pointer = Buffer.concat([service, hex('000c 8001 00001194'), word(instance.length), instance])
  // `local` of the service, at 12 octets of head and its two labels.
  const host = Buffer.concat([Buffer.from([8]), text('printer7'), word(0xc000 | (12 + 5 + 5))])
  const address = Buffer.concat([host, hex('0001 8001 00000078 0004 c0 00 02 2a')])
  return udpFrame({ address: '192.0.2.42', port: 5353, mac }, 5353, Buffer.concat([head, pointer, address]))
}

/** A capture as tcpdump writes it. */
export function pcap(frames: readonly Uint8Array[], { magic = 'd4c3b2a1', link = 1 } = {}): Buffer {
  const head = Buffer.alloc(24)
  hex(magic).copy(head)
  head.writeUInt16LE(2, 4)
  head.writeUInt16LE(4, 6)
  head.writeUInt32LE(1_600, 16)
  head.writeUInt32LE(link, 20)
  return Buffer.concat([head, ...frames.flatMap((frame) => [packetHeader(frame.length), frame])])
}

export function packetHeader(length: number): Buffer {
  const head = Buffer.alloc(16)
  head.writeUInt32LE(length, 8)
  head.writeUInt32LE(length, 12)
  return head
}
