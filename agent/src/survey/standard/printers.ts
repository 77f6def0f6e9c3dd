import { defined } from '../defined.ts'
import { readEntries } from '../entry-rows.ts'
import type { SurveyReader } from '../reader.ts'
import type { SurveyPrinter, SurveySensor } from '../survey-result.ts'
import { octetsOf } from '../value-text.ts'
import { readOptional, tablesThere } from './optional-entries.ts'

const HR_PRINTER_ENTRY = '1.3.6.1.2.1.25.3.5.1'
const HR_DEVICE_ENTRY = '1.3.6.1.2.1.25.3.2.1'
const MARKER_ENTRY = '1.3.6.1.2.1.43.10.2.1'
const SUPPLIES_ENTRY = '1.3.6.1.2.1.43.11.1.1'
const ALERT_ENTRY = '1.3.6.1.2.1.43.18.1.1'
export const PRINTER_TABLES = [HR_PRINTER_ENTRY, MARKER_ENTRY, SUPPLIES_ENTRY, ALERT_ENTRY]
const EVIDENCE = 'standard HOST-RESOURCES-MIB'
const HR_PRINTER_TYPE = '1.3.6.1.2.1.25.3.1.5'
/** hrPrinterStatus. */
const STATUSES = [undefined, 'other', 'unknown', 'idle', 'printing', 'warmup'] as const
/** hrDeviceStatus. */
const DEVICE_STATES = { 1: 'unknown', 2: 'running', 3: 'warning', 4: 'testing', 5: 'down' }
/** hrPrinterDetectedErrorState, the first bit first. */
const ERRORS = [
  ...['lowPaper', 'noPaper', 'lowToner', 'noToner', 'doorOpen', 'jammed', 'offline', 'serviceRequested'],
  ...['inputTrayMissing', 'outputTrayMissing', 'markerSupplyMissing', 'outputNearFull', 'outputFull'],
  ...['inputTrayEmpty', 'overduePreventMaint'],
]
const ERROR_STATES = Object.fromEntries([[0, 'ok'], ...ERRORS.map((name, at) => [at + 1, name])])
const COUNTER_UNKNOWN = -2
/** Alerts beyond these say nothing new about a printer. */
const MOST_ALERTS = 20

export type Printers = { readonly printers: readonly SurveyPrinter[]; readonly sensors: readonly SurveySensor[] }

/** HOST-RESOURCES-MIB and Printer-MIB: how printers are, and what they have printed. */
export async function readPrinters(reader: SurveyReader): Promise<Printers> {
  const there = await tablesThere(reader, PRINTER_TABLES)
  if (there.size === 0) return { printers: [], sensors: [] }
  const states = new Map(
    (await readOptional(reader, HR_PRINTER_ENTRY, { status: 1, errors: 2 })).map((row) => [row.index, row]),
  )
  const devices = new Map(
    (await readEntries(reader, HR_DEVICE_ENTRY, { type: 2, descr: 3, status: 5 }))
      .filter((row) => row.text('type') === HR_PRINTER_TYPE || states.has(row.index))
      .map((row) => [row.index, row]),
  )
  const counts = await readLifeCounts(reader)
  const alerts = await readAlerts(reader)
  const printers: SurveyPrinter[] = []
  const sensors: SurveySensor[] = []
  for (const index of new Set([...states.keys(), ...devices.keys()])) {
    const row = states.get(index)
    const device = devices.get(index)
    const errors = errorsIn(octetsOf(row?.cell('errors')))
    printers.push({
      name: device?.text('descr') || `Printer ${index}`,
      ...defined({ status: STATUSES[row?.number('status') ?? 0], lifeCount: counts.get(index) }),
      errors,
      alerts: alerts.get(index) ?? [],
    })
    const state = device?.number('status')
    if (device !== undefined && state !== undefined) {
      const oid = device.oid('status')
      const recipe = { oid, scale: 1 }
      const name = 'Printer Device Status'
      sensors.push({ kind: 'state', name, value: state, oid, recipe, states: DEVICE_STATES, evidence: EVIDENCE })
    }
    if (row?.cell('errors') !== undefined) {
      const value = errors[0] === undefined ? 0 : ERRORS.indexOf(errors[0]) + 1
      const name = 'Printer Error Status'
      sensors.push({ kind: 'state', name, value, oid: row.oid('errors'), states: ERROR_STATES, evidence: EVIDENCE })
    }
  }
  return { printers, sensors }
}

function errorsIn(octets: Uint8Array): readonly string[] {
  return ERRORS.filter((_, at) => ((octets[at >> 3] ?? 0) & (0x80 >> (at & 7))) !== 0)
}

/** prtMarkerLifeCount, summed over the marking engines of a printer. */
async function readLifeCounts(reader: SurveyReader): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  for (const row of await readOptional(reader, MARKER_ENTRY, { life: 4 })) {
    const life = row.number('life')
    const printer = String(row.arcs[0])
    if (life !== undefined && life > COUNTER_UNKNOWN && life >= 0) found.set(printer, (found.get(printer) ?? 0) + life)
  }
  return found
}

async function readAlerts(reader: SurveyReader): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>()
  for (const row of await readOptional(reader, ALERT_ENTRY, { descr: 8 })) {
    const printer = String(row.arcs[0])
    const known = found.get(printer) ?? []
    if (row.text('descr') !== '' && known.length < MOST_ALERTS) found.set(printer, [...known, row.text('descr')])
  }
  return found
}
