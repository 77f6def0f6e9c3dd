import type { DeviceModel } from './device-model.ts'
import {
  type Column,
  counter32,
  integer,
  objectId,
  octets,
  rowsOf,
  scalar,
  table,
  text,
  timeTicks,
} from './mib-view.ts'
import { oidOf } from './oid.ts'
import { volume } from './volume.ts'

const HOST = '1.3.6.1.2.1.25'
const PRINTER = '1.3.6.1.2.1.43'
const SUPPLIES = ['Black', 'Cyan', 'Magenta', 'Yellow'] as const
const PERCENT = 19
const TONER = 3
const CONSUMED = 3
const PAGES_PER_CARTRIDGE = [9_000, 7_000, 7_400, 6_600] as const

/** Of Printer-MIB (RFC 3805): serial number, pages printed, toner, display; and the printer's state in HOST-RESOURCES-MIB. */
export function printerColumns(model: DeviceModel): Column[] {
  const { printer, serial, sysDescr, name } = model.spec
  if (printer === undefined) return []
  const profile = { seed: model.seed, peakPerMs: printer.pagesPerHour / 3_600_000, peakHour: 11 }
  const pages = (now: number) => Math.floor(volume(profile, model.firstBoot, now))
  const level = (row: number, now: number) => {
    const yields = PAGES_PER_CARTRIDGE[row] ?? 1
    return Math.max(1, 100 - Math.floor(((pages(now) % yields) * 100) / yields))
  }
  const one = rowsOf([[1]])
  const first = rowsOf([[1, 1]])
  return [
    scalar(
      `${HOST}.1.1`,
      timeTicks((_, now) => model.upTicks(now)),
    ),
    ...table(`${HOST}.3.2.1`, one, {
      1: integer(() => 1),
      2: objectId(() => oidOf(`${HOST}.3.1.5`)),
      3: text(() => sysDescr),
      4: objectId(() => oidOf('0.0')),
      5: integer(() => 2),
    }),
    ...table(`${HOST}.3.5.1`, one, { 1: integer(() => 3), 2: octets(() => Uint8Array.of(0)) }),
    ...table(`${PRINTER}.5.1.1`, one, { 16: text(() => name), 17: text(() => serial) }),
    ...table(`${PRINTER}.10.2.1`, first, { 3: integer(() => 7), 4: counter32((_, now) => pages(now)) }),
    ...table(`${PRINTER}.11.1.1`, rowsOf(SUPPLIES.map((_, at) => [1, at + 1])), {
      4: integer(() => CONSUMED),
      5: integer(() => TONER),
      6: text((row) => `${SUPPLIES[row]} Cartridge`),
      7: integer(() => PERCENT),
      8: integer(() => 100),
      9: integer(level),
    }),
    ...table(`${PRINTER}.16.5.1`, first, { 2: text(() => 'Ready') }),
  ]
}
