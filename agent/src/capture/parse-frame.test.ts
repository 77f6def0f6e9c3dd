import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arpFrame, cdpFrame, dhcpRequest, ethernet, hex, lldpFrame, mdnsAnswer } from './frames.testkit.ts'
import { parseFrame } from './parse-frame.ts'

const MAC = '00:00:5e:00:53:21'

test('a frame of LLDP tells who is at the other end, and for how long', () => {
  expect(parseFrame(lldpFrame())).toEqual([
    {
      ...{ kind: 'neighbor', protocol: 'lldp', chassisId: '00:00:5e:00:53:c0', port: 'ge-0/0/7', sysName: 'access-1' },
      ...{ portDescr: 'to the agent', sysDescr: 'Example switch 1.0', address: '192.0.2.10', ttl: 120 },
      capabilities: ['bridge'],
    },
  ])
})

test('a frame of CDP does too, behind its LLC and SNAP', () => {
  expect(parseFrame(cdpFrame())).toEqual([
    {
      ...{ kind: 'neighbor', protocol: 'cdp', port: 'GigabitEthernet1/0/3', sysName: 'core-1.example.net', ttl: 180 },
      ...{ sysDescr: 'cisco WS-C2960X', address: '192.0.2.1', capabilities: ['router', 'bridge'] },
    },
  ])
})

test('the sender of ARP is seen with its address, also behind a VLAN tag; a probe has none yet', () => {
  const plain = arpFrame(MAC, '192.0.2.33')
  const tagged = Buffer.concat([plain.subarray(0, 12), hex('8100 000a'), plain.subarray(12)])
  const seen = [{ kind: 'station', mac: MAC, address: '192.0.2.33' }]
  expect([parseFrame(plain), parseFrame(tagged)]).toEqual([seen, seen])
  expect(parseFrame(arpFrame(MAC, '0.0.0.0'))).toEqual([])
})

test('a client of DHCP tells its name and what made it', () => {
  expect(parseFrame(dhcpRequest(MAC, 'laptop-7'))).toEqual([
    { kind: 'station', mac: MAC, address: '192.0.2.33', hostname: 'laptop-7', vendorClass: 'MSFT 5.0' },
  ])
})

test('an answer of mDNS tells a name and services, and names may be compressed', () => {
  expect(parseFrame(mdnsAnswer(MAC))).toEqual([
    { kind: 'station', mac: MAC, address: '192.0.2.42', hostname: 'printer7.local', services: ['_ipp._tcp'] },
  ])
})

test('a name that points at itself, or ahead, ends the message', () => {
  const frame = mdnsAnswer(MAC)
  const name = frame.indexOf(Buffer.from('_ipp')) - 1
  hex('c00c').copy(frame, name)
  expect(parseFrame(frame)).toEqual([])
})

test('text in frames carries no control characters on', () => {
  const [heard] = parseFrame(lldpFrame({ name: 'evil\u001b[2J\u0007name' }))
  expect(heard).toMatchObject({ sysName: 'evil [2J name' })
})

const REAL = [lldpFrame(), cdpFrame(), arpFrame(MAC, '192.0.2.33'), dhcpRequest(MAC, 'x'), mdnsAnswer(MAC)]

test('whatever a frame holds, it is read without a fault and in bounds', () => {
  const damaged = fc
    .tuple(fc.constantFrom(...REAL), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 12 }), fc.nat())
    .map(([frame, changes, cut]) => {
      const copy = Buffer.from(frame.subarray(0, cut % (frame.length + 1)))
      for (const [at, octet] of changes) if (copy.length > 0) copy[at % copy.length] = octet
      return copy
    })
  const made = fc
    .tuple(fc.constantFrom(0x88cc, 0x0806, 0x0800, 0x86dd, 0x8100, 40), fc.uint8Array({ maxLength: 1_600 }))
    .map(([type, payload]) => ethernet(type, payload))
  fc.assert(
    fc.property(fc.oneof(damaged, made), (frame) => {
      for (const found of parseFrame(frame)) {
        expect(JSON.stringify(found).length).toBeLessThan(8_000)
        expect(JSON.stringify(found)).not.toMatch(/\\u00[01]/)
      }
    }),
    { numRuns: 3_000 },
  )
})
