import { type Labels, METRIC_NAME, strongestFact } from '@eyenet/shared/identity'
import { deviceIdOf } from '../device/device.ts'
import type { DirectionCounters, InterfaceModel } from './interface-model.ts'
import { engineId } from './mib-system.ts'
import type { SimulatedDevice, Site } from './site.ts'

const TWO_TO_32 = 2 ** 32

/** One series of a simulated site, as an agent names it (all labels but `site`), read without a network. */
export type SiteReading = {
  readonly labels: Labels
  /** How the site calls the device. */
  readonly deviceName: string
  readonly isCounter: boolean
  /** The reading at a time, milliseconds since 1970. */
  read(now: number): number
}

/**
 * Counters of interfaces that are up, processors and sensors of a site, by `readingKey`. What stands still for ever, and
 * what a vendor's own objects say, is not among them.
 */
export function siteReadings(site: Site): ReadonlyMap<string, SiteReading> {
  const all = site.devices.flatMap((device) => {
    const id = idOf(device)
    return [...portReadings(device), ...processorReadings(device), ...sensorReadings(device)].map(
      (one): SiteReading => {
        const { metric, where, ...rest } = one
        return { ...rest, labels: { [METRIC_NAME]: metric, device: id, ...where }, deviceName: device.model.spec.name }
      },
    )
  })
  return new Map(all.map((reading) => [readingKey(reading.labels), reading]))
}

/** What tells a series of the site from all others. */
export function readingKey(labels: Labels): string {
  return [METRIC_NAME, 'device', 'interface', 'cpu', 'sensor'].map((name) => labels[name] ?? '').join('\n')
}

/** The id that an agent gives the device. */
function idOf({ model }: SimulatedDevice): string {
  const { spec } = model
  const engine = Buffer.from(engineId(spec.enterprise, spec.mac)).toString('hex')
  return deviceIdOf(strongestFact({ engineId: engine, sysName: spec.sysName, site: '', address: spec.address }))
}

type OfDevice = Pick<SiteReading, 'isCounter' | 'read'> & { readonly metric: string; readonly where: Labels }

const COUNTERS = [
  ['ifHCInOctets', 'received', 'octets'],
  ['ifHCOutOctets', 'sent', 'octets'],
  ['ifHCInUcastPkts', 'received', 'unicast'],
  ['ifHCOutUcastPkts', 'sent', 'unicast'],
  ['ifHCInMulticastPkts', 'received', 'multicast'],
  ['ifHCOutMulticastPkts', 'sent', 'multicast'],
  ['ifHCInBroadcastPkts', 'received', 'broadcast'],
  ['ifHCOutBroadcastPkts', 'sent', 'broadcast'],
  ['ifInErrors', 'received', 'errors'],
  ['ifOutErrors', 'sent', 'errors'],
  ['ifInDiscards', 'received', 'discards'],
  ['ifOutDiscards', 'sent', 'discards'],
] as const satisfies readonly (readonly [string, 'received' | 'sent', keyof DirectionCounters])[]

function portReadings({ interfaces }: SimulatedDevice): readonly OfDevice[] {
  return interfaces
    .filter(({ spec }) => spec.admin === 'up' && spec.plugged && spec.speedBps > 0)
    .flatMap((port) =>
      COUNTERS.map(([metric, side, column]) => ({
        ...{ metric, where: { interface: port.spec.name }, isCounter: true },
        read: column === 'octets' ? octetsOf(port, side) : (now: number) => port[side][column](now),
      })),
    )
}

/** The 64 bits as one number; beyond 2^53 some octets are rounded away. */
function octetsOf(port: InterfaceModel, side: 'received' | 'sent'): (now: number) => number {
  return (now) => port.octetsHigh(now) * TWO_TO_32 + port[side].octets(now)
}

function processorReadings({ model }: SimulatedDevice): readonly OfDevice[] {
  const { host, health } = model.spec
  const range = host?.load ?? health?.load
  if (range === undefined) return []
  return Array.from({ length: host?.processors ?? 1 }, (_, cpu) => ({
    ...{ metric: 'device_cpu_ratio', where: { cpu: String(cpu) }, isCounter: false },
    read: (now) => model.load(range, cpu, now) / 100,
  }))
}

/** Metric of a kind of sensor, and the parts of its unit that ENTITY-SENSOR-MIB shows. */
const SENSORS = {
  celsius: { metric: 'sensor_temperature_celsius', parts: 10 },
  rpm: { metric: 'sensor_fan_rpm', parts: 1 },
  volts: { metric: 'sensor_voltage_volts', parts: 100 },
  watts: { metric: 'sensor_power_watts', parts: 10 },
} as const

function sensorReadings({ model }: SimulatedDevice): readonly OfDevice[] {
  return model.spec.sensors.map((sensor) => {
    const { metric, parts } = SENSORS[sensor.kind]
    const read = (now: number) => Math.round(model.sensor(sensor, now) * parts) / parts
    return { metric, where: { sensor: sensor.name }, isCounter: false, read }
  })
}
