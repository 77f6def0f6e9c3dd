import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type DeviceRole, roleOf } from '@eyenet/shared/roles'
import { expect, test } from 'vitest'
import { recordedReader } from './profile/recorded-reader.testkit.ts'
import { RECORDINGS } from './recordings.testkit.ts'
import { surveyIdentity } from './survey.ts'

/** Families of recordings, as their names begin, and what such devices are for, by what their makers sell them as. */
const EXPECTED: Readonly<Partial<Record<DeviceRole, string>>> = {
  switch: `powerconnect procurve edgecos dlink edgeswitch dcn-software arubaos-cx trendnet ciscosb hirschmann etherwan
    planetos swos voss xos dnos cumulus ocnos qtech mellanox eltex-mes21xx netgear catos smartax fiberhome`,
  router: 'edgeos draytek lcos vyos timos wipipe netmodule vyatta',
  firewall: 'fortigate asa panos sonicwall gaia fireware screenos stoneos barracudangfirewall cyberoam-utm pulse',
  'access-point': `airos unifi aruba-instant cnpilote ptp600 ptp800 radwin mimosa lcoslx engenius ruckuswireless-hotzone
    stellar saf-integra-b horizon-compact tranzeo`,
  'wireless-controller': 'arubaos ruckuswireless-sz hpmsm ewc',
  'load-balancer': 'f5 acos kemp aloha barracudaloadbalancer',
  server: 'drac hpe-ilo solaris openvms ibm-i opengear coreos dragonfly',
  hypervisor: 'vmware-esxi nutanix-aos',
  storage: 'dsm netapp oceanstor buffalo equallogic truenas-scale hpe-msa infortrend areca quantum',
  printer:
    'jetdirect gestetner lanier savin konica xerox canonprinter lexmarkprinter brother kyocera zebra samsungprinter',
  ups: 'eaton-mgeups eatonups deltaups dell-ups hpe-rtups netmanplus gamatronicups liebert huaweiups',
  pdu: 'sentry3 sentry4 panduit geist-pdu ipoman enlogic-pdu schleifenbauer conteg-pdu hpe-mapdu eaton-ats',
  camera: 'vivotek hikvision-nvr dahua-nvr',
  phone: 'vccodec heliosip',
  sensor: 'akcp avtech netbotz hwg-poseidon hwg-ste vutlan serverscheck siteboss uniping e3meter',
}

const hasRecordings = existsSync(join(RECORDINGS, 'recordings'))

test.skipIf(!hasRecordings)('recorded devices of known families get their role', { timeout: 240_000 }, async () => {
  const wrong: string[] = []
  let asked = 0
  for (const { name, role } of expectations()) {
    const text = readFileSync(join(RECORDINGS, 'recordings', `${name}.snmprec`), 'latin1')
    const guess = roleOf(await surveyIdentity(recordedReader(text)))
    asked++
    if (guess.role !== role) wrong.push(`${name}: ${guess.role} (${guess.evidence}), not ${role}`)
  }
  expect(asked).toBeGreaterThan(200)
  expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(asked * 0.05)
})

function expectations(): { readonly name: string; readonly role: string }[] {
  const roles = new Map(
    Object.entries(EXPECTED).flatMap(([role, families]) => families.split(/\s+/).map((family) => [family, role])),
  )
  return readdirSync(join(RECORDINGS, 'recordings')).flatMap((file) => {
    const name = file.slice(0, -'.snmprec'.length)
    const role = roles.get(name.split('_')[0] ?? '')
    return role === undefined ? [] : [{ name, role }]
  })
}
