import { defined } from '../defined.ts'
import { readEntries } from '../entry-rows.ts'
import type { SurveyReader } from '../reader.ts'
import type { SurveyPart } from '../survey-result.ts'

const ENT_PHYSICAL_ENTRY = '1.3.6.1.2.1.47.1.1.1.1'
const COLUMNS = {
  descr: 2,
  containedIn: 4,
  class: 5,
  name: 7,
  hardware: 8,
  firmware: 9,
  software: 10,
  serial: 11,
  model: 13,
}
/** IANAPhysicalClass. */
const CLASSES = [
  '',
  'other',
  'unknown',
  'chassis',
  'backplane',
  'container',
  'powerSupply',
  'fan',
  'sensor',
  'module',
  'port',
  'stack',
  'cpu',
  'energyObject',
  'battery',
  'storageDrive',
]

/** ENTITY-MIB: the parts of a device as a tree. */
export async function readInventory(reader: SurveyReader): Promise<readonly SurveyPart[]> {
  const rows = await readEntries(reader, ENT_PHYSICAL_ENTRY, COLUMNS)
  return rows
    .filter(({ index }) => /^\d{1,10}$/.test(index))
    .map((row) => ({
      index: Number(row.index),
      class: CLASSES[row.number('class') ?? 0] ?? '',
      name: row.text('name') || row.text('descr'),
      ...defined({
        descr: row.text('descr') || undefined,
        model: row.text('model') || undefined,
        serial: row.text('serial') || undefined,
        version: row.text('software') || row.text('firmware') || row.text('hardware') || undefined,
        containedIn: row.number('containedIn'),
      }),
    }))
}

/** The part that stands for the whole device: the chassis with a serial number, or a stack's first member. */
export function mainPart(parts: readonly SurveyPart[]): SurveyPart | undefined {
  const chassis = parts.filter((part) => part.class === 'chassis')
  const stack = parts.filter((part) => part.class === 'stack')
  const roots = parts.filter((part) => part.containedIn === 0)
  const known = [...chassis, ...stack, ...roots]
  return known.find((part) => part.serial && part.model) ?? known.find((part) => part.serial) ?? known[0]
}
