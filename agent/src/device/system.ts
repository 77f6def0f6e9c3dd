import type { SnmpDevice, SnmpOutcome, SnmpValue } from '../snmp/snmp.ts'
import { hexOf, numberOf, textOf } from './snmp-text.ts'
import { makeOf } from './vendor.ts'

/** What a device says of itself. Empty strings where it says nothing. */
export type SystemFacts = {
  readonly sysName: string
  readonly sysDescr: string
  readonly sysObjectId: string
  readonly sysLocation: string
  readonly sysContact: string
  readonly engineId: string
  readonly chassisMac: string
  readonly serial: string
  readonly model: string
  readonly vendor: string
  readonly os: string
  readonly version: string
}

/** SNMPv2-MIB, SNMP-FRAMEWORK-MIB, BRIDGE-MIB. */
const SCALARS = [
  '1.3.6.1.2.1.1.1.0',
  '1.3.6.1.2.1.1.2.0',
  '1.3.6.1.2.1.1.4.0',
  '1.3.6.1.2.1.1.5.0',
  '1.3.6.1.2.1.1.6.0',
  '1.3.6.1.6.3.10.2.1.1.0',
  '1.3.6.1.2.1.17.1.1.0',
]

/** ENTITY-MIB: entPhysicalClass, entPhysicalSerialNum, entPhysicalModelName, entPhysicalSoftwareRev. */
const ENTITY = [5, 11, 13, 10].map((column) => `1.3.6.1.2.1.47.1.1.1.1.${column}`)
const CHASSIS = 3
const STACK = 11
/** The chassis stands at the beginning; a device with thousands of parts need not list them. */
const MAX_ENTITIES = 500

/** Asks a device who it is. */
export async function readSystem(device: SnmpDevice): Promise<SnmpOutcome<SystemFacts>> {
  const outcome = await device.get(SCALARS)
  if (outcome.kind !== 'ok') return outcome
  const [descr, objectId, contact, name, location, engine, bridge] = outcome.value.map((one) => one.value)
  const sysDescr = textOf(descr, 4096)
  const sysObjectId = textOf(objectId, 255)
  const make = makeOf(sysObjectId, sysDescr)
  const chassis = await readChassis(device)
  return {
    kind: 'ok',
    value: {
      sysName: textOf(name, 255),
      sysDescr,
      sysObjectId,
      sysLocation: textOf(location, 1024),
      sysContact: textOf(contact, 1024),
      engineId: hexOf(engine).slice(0, 128),
      chassisMac: hexOf(bridge),
      serial: chassis.serial,
      model: chassis.model || make.model,
      vendor: make.vendor,
      os: make.os,
      version: make.version || chassis.version,
    },
  }
}

type Chassis = { readonly serial: string; readonly model: string; readonly version: string }

/** Serial number and model of the first chassis that has them. Many devices have no ENTITY-MIB. */
async function readChassis(device: SnmpDevice): Promise<Chassis> {
  const outcome = await device.walk(ENTITY, { maxRows: MAX_ENTITIES })
  const rows = outcome.kind === 'ok' ? outcome.value.rows : []
  const isChassis = (value: SnmpValue | undefined): boolean => [CHASSIS, STACK].includes(numberOf(value) ?? 0)
  const found = rows
    .filter((row) => isChassis(row.values[0]))
    .map(({ values }) => ({
      serial: textOf(values[1], 255).trim(),
      model: textOf(values[2], 255).trim(),
      version: textOf(values[3], 255).trim(),
    }))
  return found.find((one) => one.serial !== '') ?? found[0] ?? { serial: '', model: '', version: '' }
}
