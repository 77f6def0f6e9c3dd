import { type Labels, METRIC_NAME, strongestFact } from '@eyenet/shared/identity'
import { deviceIdOf } from '../device/device.ts'
import { demoSite } from './demo-site.ts'
import { NO_FAULTS } from './fault-script.ts'
import type { DirectionCounters, InterfaceModel } from './interface-model.ts'
import { engineId } from './mib-system.ts'
import { createSite, type SimulatedDevice } from './site.ts'

const DAY_MS = 86_400_000
const TWO_TO_32 = 2 ** 32

export type MadePastOptions = {
  readonly seed: number
  /** When the simulated site began to run, milliseconds since 1970: the past ends here. */
  readonly startedAt: number
  readonly days: number
}

/** What the demonstration's series would have shown before it ran, had it run. Made by the simulator, without faults. */
export type MadePast = {
  readonly from: number
  readonly to: number
  /** How a series read in the past: a counter goes on where the running site's began. Undefined: it has no past. */
  readingOf(labels: Labels): ((now: number) => number) | undefined
}

type Read = (now: number) => number
type Pair = { readonly past: SimulatedDevice; readonly running: SimulatedDevice }

/** The past of the demonstration's site with this seed: of its interfaces' counters, processors and sensors. */
export function madePast({ seed, startedAt, days }: MadePastOptions): MadePast {
  const from = startedAt - days * DAY_MS
  const [past, running] = [from, startedAt].map((at) =>
    createSite(demoSite({ seed, startedAt: at, community: '', addressOf: () => '', faults: NO_FAULTS })),
  )
  const pairs = new Map<string, Pair>()
  for (const [at, device] of (past?.devices ?? []).entries()) {
    const now = running?.devices[at]
    if (now !== undefined) pairs.set(idOf(device), { past: device, running: now })
  }
  return {
    from,
    to: startedAt,
    readingOf(labels) {
      const pair = pairs.get(labels.device ?? '')
      return pair === undefined ? undefined : readingIn(pair, labels, startedAt)
    },
  }
}

/** The id that an agent gives the device. */
function idOf({ model }: SimulatedDevice): string {
  const { spec } = model
  const engine = Buffer.from(engineId(spec.enterprise, spec.mac)).toString('hex')
  return deviceIdOf(strongestFact({ engineId: engine, sysName: spec.sysName, site: '', address: spec.address }))
}

type Counted = { readonly side: 'received' | 'sent'; readonly column: keyof DirectionCounters }

const COUNTERS: Readonly<Record<string, Counted>> = {
  ifHCInOctets: { side: 'received', column: 'octets' },
  ifHCOutOctets: { side: 'sent', column: 'octets' },
  ifHCInUcastPkts: { side: 'received', column: 'unicast' },
  ifHCOutUcastPkts: { side: 'sent', column: 'unicast' },
  ifHCInMulticastPkts: { side: 'received', column: 'multicast' },
  ifHCOutMulticastPkts: { side: 'sent', column: 'multicast' },
  ifHCInBroadcastPkts: { side: 'received', column: 'broadcast' },
  ifHCOutBroadcastPkts: { side: 'sent', column: 'broadcast' },
  ifInErrors: { side: 'received', column: 'errors' },
  ifOutErrors: { side: 'sent', column: 'errors' },
  ifInDiscards: { side: 'received', column: 'discards' },
  ifOutDiscards: { side: 'sent', column: 'discards' },
}

const SENSORS: Readonly<Record<string, string>> = {
  sensor_temperature_celsius: 'celsius',
  sensor_fan_rpm: 'rpm',
  sensor_power_watts: 'watts',
  sensor_voltage_volts: 'volts',
}

function readingIn(pair: Pair, labels: Labels, startedAt: number): Read | undefined {
  const metric = labels[METRIC_NAME] ?? ''
  const counted = COUNTERS[metric]
  if (counted !== undefined) return counterIn(pair, { ...counted, port: labels.interface ?? '' }, startedAt)
  if (metric === 'device_cpu_ratio') return processorIn(pair.past, Number(labels.cpu))
  const kind = SENSORS[metric]
  const sensor = pair.past.model.spec.sensors.find((one) => one.name === labels.sensor && one.kind === kind)
  if (sensor === undefined) return undefined
  const { model } = pair.past
  const parts = PARTS[sensor.kind]
  return (now) => Math.round(model.sensor(sensor, now) * parts) / parts
}

/** Parts of a unit that ENTITY-SENSOR-MIB shows of a kind of sensor here. */
const PARTS = { celsius: 10, rpm: 1, volts: 100, watts: 10 } as const

function counterIn(
  pair: Pair,
  { port, side, column }: Counted & { port: string },
  startedAt: number,
): Read | undefined {
  const past = portOf(pair.past, port)
  const running = portOf(pair.running, port)
  // Where nothing is plugged in, the counters stand at 0 for ever.
  if (past === undefined || running === undefined || !past.isUp(startedAt)) return undefined
  const { high, read } = { high: running.octetsHigh(startedAt), read: past[side][column] }
  const began = running[side][column](startedAt) + (column === 'octets' ? high * TWO_TO_32 : 0)
  const ended = read(startedAt)
  // Before the counter was 0 there is nothing to read: the device had been restarted since.
  return (now) => {
    const value = began - (ended - read(now))
    return value >= 0 ? value : Number.NaN
  }
}

function portOf({ interfaces }: SimulatedDevice, name: string): InterfaceModel | undefined {
  return interfaces.find((port) => port.spec.name === name)
}

function processorIn({ model }: SimulatedDevice, processor: number): Read | undefined {
  const range = model.spec.host?.load ?? model.spec.health?.load
  if (range === undefined || !Number.isInteger(processor)) return undefined
  return (now) => model.load(range, processor, now) / 100
}
