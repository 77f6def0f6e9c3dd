import type { DeviceModel } from './device-model.ts'
import { type Column, integer, objectId, octets, scalar, text, timeTicks } from './mib-view.ts'
import { oidOf } from './oid.ts'

const SYSTEM = '1.3.6.1.2.1.1'
const IP_FORWARDING = '1.3.6.1.2.1.4.1'
const SNMP_ENGINE = '1.3.6.1.6.3.10.2.1'
/** Bit of sysServices that says layer 3. */
const ROUTES = 4

/** system (RFC 3418), ipForwarding (RFC 1213) and snmpEngine (RFC 3411). */
export function systemColumns(model: DeviceModel): Column[] {
  return [...groupColumns(model), forwardingColumn(model), ...engineColumns(model)]
}

const label = (value: string) => text(() => value)

const groupColumns = ({ spec, upTicks }: DeviceModel): Column[] => [
  scalar(`${SYSTEM}.1`, label(spec.sysDescr)),
  scalar(
    `${SYSTEM}.2`,
    objectId(() => oidOf(spec.sysObjectId)),
  ),
  scalar(
    `${SYSTEM}.3`,
    timeTicks((_, now) => upTicks(now)),
  ),
  scalar(`${SYSTEM}.4`, label(spec.contact)),
  scalar(`${SYSTEM}.5`, label(spec.sysName)),
  scalar(`${SYSTEM}.6`, label(spec.location)),
  scalar(
    `${SYSTEM}.7`,
    integer(() => spec.sysServices),
  ),
]

const forwardingColumn = ({ spec }: DeviceModel): Column =>
  scalar(
    IP_FORWARDING,
    integer(() => (spec.sysServices & ROUTES ? 1 : 2)),
  )

function engineColumns({ spec, upTicks }: DeviceModel): Column[] {
  const engine = engineId(spec.enterprise, spec.mac)
  return [
    scalar(
      `${SNMP_ENGINE}.1`,
      octets(() => engine),
    ),
    scalar(
      `${SNMP_ENGINE}.2`,
      integer(() => 7),
    ),
    scalar(
      `${SNMP_ENGINE}.3`,
      integer((_, now) => Math.floor(upTicks(now) / 100)),
    ),
    scalar(
      `${SNMP_ENGINE}.4`,
      integer(() => spec.maxMessageBytes),
    ),
  ]
}

/** An engine id made of the enterprise's number and a MAC address (RFC 3411, SnmpEngineID, format 3). */
export function engineId(enterprise: number, mac: string): Uint8Array {
  return Buffer.concat([
    Uint8Array.of(
      0x80 | ((enterprise >>> 24) & 0x7f),
      (enterprise >>> 16) & 0xff,
      (enterprise >>> 8) & 0xff,
      enterprise & 0xff,
      3,
    ),
    Buffer.from(mac, 'hex'),
  ])
}
