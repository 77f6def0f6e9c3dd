import { expect, test } from 'vitest'
import { openMibFacts } from '../mib/mib.ts'
import { createMask, formatVarbind, parseRecording } from './recording.ts'

const mib = openMibFacts()

async function masked(lines: readonly string[]): Promise<readonly string[]> {
  const varbinds = await createMask(mib)(parseRecording(lines.join('\n')))
  return varbinds.map((varbind) => formatVarbind(varbind) ?? '')
}

test('names, contact and place are replaced wherever they stand', async () => {
  expect(
    await masked([
      '1.3.6.1.2.1.1.1.0|4|Linux web-7 6.1.0-18-amd64 x86_64',
      '1.3.6.1.2.1.1.4.0|4|Jane Doe <jane@corp.example>',
      '1.3.6.1.2.1.1.5.0|4|edge-7.corp.example',
      '1.3.6.1.2.1.1.6.0|4|Rack 4, Geneva',
      '1.3.6.1.2.1.31.1.1.1.18.3|4|to edge-7.corp.example',
      '1.3.6.1.4.1.9.2.1.3.0|4|edge-7',
    ]),
  ).toEqual([
    '1.3.6.1.2.1.1.1.0|4|Linux name-2 6.1.0-18-amd64 x86_64',
    '1.3.6.1.2.1.1.4.0|4|contact-1',
    '1.3.6.1.2.1.1.5.0|4|name-1',
    '1.3.6.1.2.1.1.6.0|4|location-1',
    '1.3.6.1.2.1.31.1.1.1.18.3|4|alias-1',
    '1.3.6.1.4.1.9.2.1.3.0|4|name-1',
  ])
})

test('an address is the same one in values, in indexes of every form and in text', async () => {
  const [byAddress, arp, arpMac, newer, text] = await masked([
    '1.3.6.1.2.1.4.20.1.1.10.20.30.40|64|10.20.30.40',
    '1.3.6.1.2.1.4.22.1.3.5.10.20.30.40|64|10.20.30.40',
    '1.3.6.1.2.1.4.22.1.2.5.10.20.30.41|4x|001b54aabbcc',
    '1.3.6.1.2.1.4.34.1.3.1.4.10.20.30.40|2|5',
    '1.3.6.1.2.1.47.1.1.1.1.2.1|4|uplink to 10.20.30.40 (001b.54aa.bbcc)',
  ])
  expect(byAddress).toBe('1.3.6.1.2.1.4.20.1.1.192.0.2.1|64|192.0.2.1')
  expect(arpMac).toBe('1.3.6.1.2.1.4.22.1.3.5.192.0.2.1|64|192.0.2.1')
  expect(arp).toBe('1.3.6.1.2.1.4.22.1.2.5.192.0.2.2|4x|00005e005300')
  expect(newer).toBe('1.3.6.1.2.1.4.34.1.3.1.4.192.0.2.1|2|5')
  expect(text).toBe('1.3.6.1.2.1.47.1.1.1.1.2.1|4|uplink to 192.0.2.1 (0000.5e00.5300)')
})

test('masks, loopback and versions stay what they are', async () => {
  const lines = [
    '1.3.6.1.2.1.1.1.0|4|Router OS version 10.4.0.12',
    '1.3.6.1.2.1.4.20.1.1.127.0.0.1|64|127.0.0.1',
    '1.3.6.1.2.1.4.20.1.3.127.0.0.1|64|255.0.0.0',
    '1.3.6.1.2.1.47.1.1.1.1.10.1|4|7.2.11.4',
  ]
  expect(await masked(lines)).toEqual(lines)
})

test('secrets, and the agent’s own users and communities, are left out', async () => {
  const told = await masked([
    '1.3.6.1.2.1.25.4.2.1.5.77|4|--password hunter2',
    '1.3.6.1.6.3.15.1.2.2.1.3.5.128.0.0.0.1.5.97.100.109.105.110|4|admin',
    '1.3.6.1.6.3.18.1.1.1.2.1.1|4|s3cret',
    '1.3.6.1.4.1.10297.202.7000.7.2.4.1.5.1|4|hunter2',
  ])
  expect(told.join('\n')).not.toMatch(/hunter2|s3cret|admin/)
})

test('a serial number in an index is found by its letters, and its length is set right', async () => {
  const letters = (text: string): string => [text.length, ...Array.from(text, (one) => one.charCodeAt(0))].join('.')
  const told = await masked([
    '1.3.6.1.2.1.47.1.1.1.1.11.1|4|FOC1234X5YZ',
    `1.3.6.1.2.1.80.1.3.1.1.${letters('FOC1234X5YZ')}.${letters('wan')}|2|1`,
  ])
  expect(told).toEqual([
    '1.3.6.1.2.1.47.1.1.1.1.11.1|4|SN000001',
    `1.3.6.1.2.1.80.1.3.1.1.${letters('SN000001')}.${letters('word-1')}|2|1`,
  ])
})

test.each([
  ['an address of a vendor’s textual convention', '1.3.6.1.4.1.9.9.23.1.2.1.1.4.1.1|4x|0a4d0509', /0a4d0509/],
  ['a tunnel’s address', '1.3.6.1.4.1.9.9.171.1.2.3.1.7.1|4x|0a4d050d', /0a4d050d/],
  ['a MAC address in an undescribed index', '1.3.6.1.4.1.55555.1.2.1.3.6.0.27.33.170.187.204|2|5', /27\.33\.170/],
  ['an IP address in an undescribed index', '1.3.6.1.4.1.55555.1.3.1.3.10.77.5.10|2|5', /10\.77/],
  ['text of an undescribed object', '1.3.6.1.4.1.55555.1.4.0|4|public-secret-community', /public|secret/],
  [
    'a row that an OID points to',
    '1.3.6.1.2.1.4.24.4.1.15.10.77.6.0.255.255.255.0.0.10.77.5.1|6|1.3.6.1.2.1.14.10.1.3.10.77.5.1.0',
    /10\.77/,
  ],
  [
    'addresses in a description',
    '1.3.6.1.2.1.1.1.0|4|Appliance mac 001b21aabbcc host 0:1b:21:a:b:c ip 10.77.5.12',
    /1b21|1b:21|10\.77/,
  ],
  ['words of an interface’s description', '1.3.6.1.2.1.2.2.1.2.1|4|vpn to BranchOffice-Berlin', /Branch|Berlin/],
  [
    'words beside an address in an interface’s description',
    '1.3.6.1.2.1.2.2.1.2.1|4|vpn 10.77.5.9 Berlin',
    /10\.77|Berlin/,
  ],
  ['a short owner in an index', '1.3.6.1.2.1.80.1.2.1.4.3.98.111.98.4.116.101.115.116|2|1', /98\.111\.98/],
  ['a short owner in an undescribed index', '1.3.6.1.4.1.55555.1.5.1.2.3.98.111.98|2|1', /98\.111\.98/],
])('%s is masked', async (_what, line, leak) => {
  const [told = ''] = await masked([line])
  expect(told).not.toBe('')
  expect(told).not.toMatch(leak)
})

test('kinds and numbers of ports stay, and so do numbers of undescribed objects', async () => {
  const lines = [
    '1.3.6.1.2.1.2.2.1.2.1|4|GigabitEthernet0/1',
    '1.3.6.1.2.1.2.2.1.2.2|4|Port-channel12',
    '1.3.6.1.2.1.31.1.1.1.1.1|4|Gi1/0/24',
    '1.3.6.1.2.1.31.1.1.1.1.2|4|enp3s0f1',
    '1.3.6.1.4.1.55555.1.6.0|2|42',
    '1.3.6.1.4.1.55555.1.7.0|4|41.5 C',
  ]
  expect(await masked(lines)).toEqual(lines)
})

test('values that no MIB describes are counted', async () => {
  let undescribed = 0
  const mask = createMask(mib, (count) => {
    undescribed = count
  })
  await mask(parseRecording('1.3.6.1.2.1.1.3.0|67|5\n1.3.6.1.4.1.55555.1.6.0|2|42'))
  expect(undescribed).toBe(1)
})
