import { readEntries } from '../entry-rows.ts'
import type { SurveyReader } from '../reader.ts'
import type { SurveyPart } from '../survey-result.ts'
import { tablesThere } from './optional-entries.ts'

/** A vendor's table by entPhysicalIndex that knows what ENTITY-MIB's leaves empty. */
type DetailTable = { readonly entry: string; readonly model: number; readonly serial?: number }

const DETAIL_TABLES: readonly DetailTable[] = [
  // HUAWEI-ENTITY-EXTENT-MIB: hwEntityBoardType, then hwEntityOpticalVenderPn and hwEntityOpticalVendorSn.
  { entry: '1.3.6.1.4.1.2011.5.25.31.1.1.2.1', model: 11 },
  { entry: '1.3.6.1.4.1.2011.5.25.31.1.1.3.1', model: 25, serial: 4 },
]
export const DETAIL_ENTRIES = DETAIL_TABLES.map(({ entry }) => entry)

/** Parts with the model and serial number that a vendor keeps beside ENTITY-MIB, where that has none. */
export async function withDetails(reader: SurveyReader, parts: readonly SurveyPart[]): Promise<readonly SurveyPart[]> {
  if (parts.length === 0) return parts
  const there = await tablesThere(reader, DETAIL_ENTRIES)
  const found = new Map(parts.map((part) => [part.index, part]))
  for (const { entry, model, serial } of DETAIL_TABLES.filter((table) => there.has(table.entry))) {
    for (const row of await readEntries(reader, entry, { model, serial: serial ?? model })) {
      const part = found.get(row.arcs.length === 1 ? (row.arcs[0] ?? -1) : -1)
      if (part === undefined) continue
      const told = { model: row.text('model'), serial: serial === undefined ? '' : row.text('serial') }
      found.set(part.index, {
        ...part,
        ...(part.model === undefined && told.model !== '' && { model: told.model }),
        ...(part.serial === undefined && told.serial !== '' && { serial: told.serial }),
      })
    }
  }
  return [...found.values()]
}
