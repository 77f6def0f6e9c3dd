import type { DeviceModel } from './device-model.ts'
import { type Column, integer, scalar, text } from './mib-view.ts'
import { gaugeAt } from './volume.ts'

/** ATS-MIB of a maker of transfer switches: source A, source B, what goes out, and a probe for the air. */
const ATS = '1.3.6.1.4.1.37662.1.2.2.1.1'
const OK = 2
const SOURCE_A = 1
const INACTIVE = 4
const LIMITS = { volts: [253, 207], deciHertz: [520, 480] } as const

/** A transfer switch that nobody has described but its MIB. */
export function transferSwitchColumns(model: DeviceModel): Column[] {
  const { transferSwitch, vendor, serial, software } = model.spec
  if (transferSwitch === undefined) return []
  const at =
    (which: number, middle: number, spread: number) =>
    (_: number, now: number): number =>
      Math.round(gaugeAt({ seed: model.seed + 13 * which, middle, spread }, now))
  const { ratedDeciamperes } = transferSwitch
  const [group, value] = [(number: number) => `${ATS}.${number}`, (what: number) => integer(() => what)]
  const source = (first: number, seed: number): Column[] => [
    scalar(`${group(2)}.${first}`, value(OK)),
    scalar(`${group(2)}.${first + 1}`, integer(at(seed, 231, 4))),
    scalar(`${group(2)}.${first + 2}`, integer(at(seed + 1, 500, 1))),
  ]
  const limits = [...LIMITS.volts, ...LIMITS.deciHertz]
  return [
    scalar(
      `${group(1)}.1`,
      text(() => model.spec.model),
    ),
    scalar(
      `${group(1)}.2`,
      text(() => serial),
    ),
    scalar(
      `${group(1)}.3`,
      text(() => vendor),
    ),
    scalar(
      `${group(1)}.4`,
      text(() => software),
    ),
    ...source(2, 1),
    ...source(5, 3),
    ...[...limits, ...limits].map((limit, place) => scalar(`${group(2)}.${8 + place}`, value(limit))),
    scalar(`${group(3)}.1`, value(SOURCE_A)),
    scalar(`${group(3)}.2`, integer(at(1, 231, 4))),
    scalar(`${group(3)}.3`, integer(at(2, 500, 1))),
    scalar(`${group(3)}.4`, integer(at(5, ratedDeciamperes * 0.4, ratedDeciamperes * 0.1))),
    scalar(`${group(3)}.5`, integer(at(5, 40, 10))),
    scalar(`${group(4)}.1`, value(2)),
    scalar(`${group(4)}.2`, value(1)),
    scalar(`${group(4)}.3`, value(2)),
    scalar(`${group(4)}.4`, value(1)),
    scalar(`${group(4)}.5`, value(1)),
    scalar(`${group(5)}.1`, integer(at(6, 34, 3))),
    scalar(`${group(5)}.2`, value(ratedDeciamperes)),
    scalar(`${group(8)}.1`, value(3)),
    scalar(`${group(8)}.2`, integer(at(7, 245, 12))),
    scalar(`${group(8)}.3`, integer(at(8, 430, 40))),
    scalar(`${group(8)}.4`, value(INACTIVE)),
    scalar(`${group(8)}.5`, value(INACTIVE)),
  ]
}
