import type { DeviceModel } from './device-model.ts'
import { type Column, gauge32, integer, numberedRows, scalar, table, text } from './mib-view.ts'
import { gaugeAt } from './volume.ts'

const UPS = '1.3.6.1.2.1.33.1'
const MAINS_VOLTS = 230
const NORMAL = { batteryStatus: 2, outputSource: 3 } as const
const BATTERY_DECIVOLTS = 546
const MAINS_DECIHERTZ = 500

type Gauge = (now: number) => number

/** UPS-MIB (RFC 1628) of a single-phase device on mains power. */
export function upsColumns(model: DeviceModel): Column[] {
  const { ups } = model.spec
  if (ups === undefined) return []
  const load = around(model, 0, { middle: 46, spread: 12 })
  const watts = (now: number) => Math.round((ups.ratedWatts * load(now)) / 100)
  return [...identityColumns(model), ...batteryColumns(model, load), ...lineColumns(model, load, watts)]
}

const around =
  (model: DeviceModel, which: number, range: { middle: number; spread: number }): Gauge =>
  (now) =>
    Math.round(gaugeAt({ seed: model.seed + 11 * which, ...range }, now))

const fixed = (value: number) => integer(() => value)
const live = (gauge: Gauge) => integer((_, now) => gauge(now))
const label = (value: string) => text(() => value)

const identityColumns = ({ spec }: DeviceModel): Column[] => [
  scalar(`${UPS}.1.1`, label(spec.vendor)),
  scalar(`${UPS}.1.2`, label(spec.model)),
  scalar(`${UPS}.1.3`, label(spec.software)),
  scalar(`${UPS}.1.4`, label('AOS v2.5.0.8')),
  scalar(`${UPS}.1.5`, label(spec.name)),
]

function batteryColumns(model: DeviceModel, load: Gauge): Column[] {
  const charge = around(model, 1, { middle: 99, spread: 2 })
  return [
    scalar(`${UPS}.2.1`, fixed(NORMAL.batteryStatus)),
    scalar(`${UPS}.2.2`, fixed(0)),
    scalar(
      `${UPS}.2.3`,
      live((now) => Math.round(2_000 / load(now))),
    ),
    scalar(
      `${UPS}.2.4`,
      live((now) => Math.min(100, charge(now))),
    ),
    scalar(`${UPS}.2.5`, fixed(BATTERY_DECIVOLTS)),
    scalar(`${UPS}.2.7`, live(around(model, 2, { middle: 27, spread: 3 }))),
  ]
}

function lineColumns(model: DeviceModel, load: Gauge, watts: Gauge): Column[] {
  const volts = around(model, 3, { middle: MAINS_VOLTS, spread: 5 })
  const input = {
    2: fixed(MAINS_DECIHERTZ),
    3: live(volts),
    4: live((now) => Math.round((watts(now) * 10) / volts(now))),
    5: live(watts),
  }
  const output = {
    2: fixed(MAINS_VOLTS),
    3: live((now) => Math.round((watts(now) * 10) / MAINS_VOLTS)),
    4: live(watts),
    5: live(load),
  }
  return [
    scalar(
      `${UPS}.3.1`,
      gauge32(() => 2),
    ),
    scalar(`${UPS}.3.2`, fixed(1)),
    ...table(`${UPS}.3.3.1`, numberedRows(1), input),
    scalar(`${UPS}.4.1`, fixed(NORMAL.outputSource)),
    scalar(`${UPS}.4.2`, fixed(MAINS_DECIHERTZ)),
    scalar(`${UPS}.4.3`, fixed(1)),
    ...table(`${UPS}.4.4.1`, numberedRows(1), output),
    scalar(
      `${UPS}.6.1`,
      gauge32(() => 0),
    ),
  ]
}
