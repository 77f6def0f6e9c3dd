import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { localGateway, localResolvers, parseResolvers, parseRoutes4, parseRoutes6 } from './network-facts.ts'

const ROUTES4 = `Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
wlan0\t00000000\t010200C0\t0003\t0\t0\t600\t00000000\t0\t0\t0
eth0\t00000000\tFE0200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0
tun0\t00000000\t00000000\t0001\t0\t0\t1\t00000000\t0\t0\t0
`
const ZERO = '0'.repeat(32)
const ROUTES6 = [
  `${ZERO} 00 ${ZERO} 00 ${ZERO} ffffffff 00000001 00000000 00200200       lo`,
  `${ZERO} 00 ${ZERO} 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0`,
  `${ZERO} 00 ${ZERO} 00 20010db8000000000000000000000001 00000064 00000001 00000000 00000003     eth1`,
  `20010db8000000000000000000000000 40 ${ZERO} 00 ${ZERO} 00000100 00000001 00000000 00000001     eth0`,
].join('\n')

test('the IPv4 gateway is the default route with the least metric', () => {
  expect(parseRoutes4(ROUTES4, 'LE')).toEqual({ address: '192.0.2.254', interfaceName: 'eth0' })
  expect(parseRoutes4(ROUTES4.replaceAll('FE0200C0', 'C00002FE'), 'BE')?.address).toBe('192.0.2.254')
})

test('the IPv6 gateway is the default route with the least metric', () => {
  expect(parseRoutes6(ROUTES6)).toEqual({ address: '2001:db8::1', interfaceName: 'eth1' })
})

test('a link-local gateway carries its interface', () => {
  const address = parseRoutes6(ROUTES6.split('\n').slice(0, 2).join('\n'))?.address
  expect(address).toBe('fe80::1%eth0')
})

test.each(['', 'Iface\tDestination\n', '\u0000\u0000', 'a b c d e f g h i j k'])(
  'from %j no gateway is read',
  (text) => {
    expect(parseRoutes4(text)).toBeNull()
    expect(parseRoutes6(text)).toBeNull()
  },
)

test('name servers are read in order, three at most, without comments and what is no address', () => {
  const text = `# nameserver 192.0.2.9
search example.net
nameserver 192.0.2.53 # first
  nameserver 2001:db8::53
nameserver resolver.example.net
nameserver 192.0.2.53
nameserver fe80::1%eth0
nameserver 192.0.2.54
options edns0`
  expect(parseResolvers(text)).toEqual(['192.0.2.53', '2001:db8::53', 'fe80::1%eth0'])
})

test('files are read where they are, and missing ones mean nothing is known', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'eyenet-facts-'))
  const files = { routes4: join(folder, 'none'), routes6: join(folder, 'routes6'), resolvers: join(folder, 'resolv') }
  writeFileSync(files.routes6, ROUTES6)
  expect((await localGateway(files))?.address).toBe('2001:db8::1')
  expect(await localResolvers(files)).toEqual([])
  writeFileSync(files.resolvers, 'nameserver 192.0.2.53\n')
  expect(await localResolvers(files)).toEqual(['192.0.2.53'])
  rmSync(folder, { recursive: true })
})
