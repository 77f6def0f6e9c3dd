import fc from 'fast-check'
import { expect, test } from 'vitest'
import { familyOf } from './family.ts'
import { modelIn, versionIn } from './says.ts'
import { vendorOf } from './vendors.ts'

const family = (sysObjectId: string, sysDescr: string, enterprises: readonly number[] = []) =>
  familyOf({ sysObjectId, sysDescr, enterprises })

test('the longest part of sysObjectID tells the family, words of sysDescr those that share a number', () => {
  expect(family('1.3.6.1.4.1.9.1.1208', 'Cisco IOS Software, C2960S')).toEqual({ vendor: 'Cisco', os: 'ios' })
  expect(family('1.3.6.1.4.1.9.1.2404', 'Cisco Adaptive Security Appliance Version 9.12(2)').os).toBe('asa')
  expect(family('1.3.6.1.4.1.9.6.1.95.10.3', 'SG350-10 10-Port').os).toBe('ciscosb')
  expect(family('.1.3.6.1.4.1.41112.1.5', 'EdgeOS v1.8').os).toBe('edgeos')
  expect(family('1.3.6.1.4.1.9.11', '').os).toBe('ios')
  expect(family('1.3.6.1.4.1.99.1', '').os).not.toBe('ios')
})

test('families of one vendor are told by the number of the product and by the words of those that share it', () => {
  expect(family('1.3.6.1.4.1.890.1.15', 'NWA5123-NI').os).toBe('zyxelnwa')
  expect(family('1.3.6.1.4.1.890.1.15', 'XS3800-28').os).toBe('zynos')
  expect(family('1.3.6.1.4.1.207.1.13.30', 'AT-TQ5403')).toEqual({ vendor: 'Allied Telesis', os: 'allied-tq' })
  expect(family('1.3.6.1.4.1.35265.1.217', 'MES2424').os).toBe('eltex-mes24xx')
  expect(family('1.3.6.1.4.1.318.1.3.4.9', '')).toEqual({ vendor: 'APC', os: 'apc-epdu' })
  expect(family('1.3.6.1.4.1.9.1.2405', 'Cisco Firepower Threat Defense').os).toBe('ftd')
  expect(family('1.3.6.1.4.1.8072.3.2.10', 'Alta AP6-Pro').os).toBe('altalabs-ap')
  expect(family('1.3.6.1.4.1.8072.3.2.10', 'Linux ups 4.9', [2021, 21111])).toEqual({
    vendor: 'Orvaldi',
    os: 'orvaldi-ups',
  })
})

test('what runs on net-snmp is known by its words or by the private subtree that it has', () => {
  const netSnmp = '1.3.6.1.4.1.8072.3.2.10'
  expect(family(netSnmp, 'Linux host 5.10.0')).toEqual({ vendor: 'Linux', os: 'linux' })
  expect(family(netSnmp, 'Linux host 3.10.77', [2021, 6574, 8072])).toEqual({ vendor: 'Synology', os: 'dsm' })
  expect(family(netSnmp, 'Linux host 5.4.290', [2021, 48690])).toEqual({ vendor: 'Teltonika', os: 'rutos-rutx' })
  expect(family(netSnmp, 'Linux host 5.4.290', [674, 2021]).os).toBe('linux')
  expect(family(netSnmp, 'Barracuda Load Balancer ADC').vendor).toBe('Barracuda')
  expect(family('1.3.6.1.4.1.8072.3.2.8', 'FreeBSD host 13.2').os).toBe('freebsd')
})

test('a device of a known vendor without a family has the vendor’s name for both', () => {
  expect(vendorOf(2435)).toBe('Brother')
  expect(family('1.3.6.1.4.1.14817.7', 'radio').vendor).toBe('4RF')
  expect(family('', '')).toEqual({})
  expect(family('', '', [39165]).vendor).toBe('Hikvision')
  expect(family('1.3.6.1.4.1.4294967295.1', 'a thing')).toEqual({})
})

test('version and model are read out of what devices say', () => {
  expect(versionIn('Cisco IOS Software, C2960 Software, Version 15.0(2)SE11, RELEASE')).toBe('15.0(2)SE11')
  expect(versionIn('Juniper Networks, Inc. srx340 internet router, kernel JUNOS 15.1X49-D120.3, Build')).toBe(
    '15.1X49-D120.3',
  )
  expect(versionIn('Linux srv 6.1.0-18-amd64 #1 SMP')).toBe('6.1.0-18-amd64')
  expect(modelIn('RouterOS RB4011iGS+')).toBe('RB4011iGS+')
  expect(modelIn('ArubaOS (MODEL: 225), Version 8.4.0.0')).toBe('225')
  expect(versionIn('Integrated Lights-Out 5 1.20 Feb 02 2018')).toBe('1.20')
  expect(versionIn('OpenBSD host 7.1 GENERIC.MP#465 amd64')).toBe('7.1')
  expect(versionIn('a thing')).toBeUndefined()
})

test('whatever a device says of itself, it is judged', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 3_000 }), fc.string({ maxLength: 80 }), (sysDescr, sysObjectId) => {
      expect(() => familyOf({ sysObjectId, sysDescr, enterprises: [] })).not.toThrow()
      expect(versionIn(sysDescr)?.length ?? 0).toBeLessThanOrEqual(80)
      expect(modelIn(sysDescr)?.length ?? 0).toBeLessThanOrEqual(80)
    }),
  )
})
