import { defined } from '../defined.ts'
import { readEntries } from '../entry-rows.ts'
import type { SurveyReader } from '../reader.ts'
import type { SurveyPart, SurveyPartState } from '../survey-result.ts'
import { octetsOf } from '../value-text.ts'
import { readOptional } from './optional-entries.ts'

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

const ENT_STATE_ENTRY = '1.3.6.1.2.1.131.1.1.1'
export const ENTITY_TABLES = [ENT_STATE_ENTRY]
const ADMIN = [undefined, 'unknown', 'locked', 'shuttingDown', 'unlocked'] as const
const OPER = [undefined, 'unknown', 'disabled', 'enabled', 'testing'] as const
const USAGE = [undefined, 'unknown', 'idle', 'active', 'busy'] as const
const STANDBY = [undefined, 'unknown', 'hotStandby', 'coldStandby', 'providingService'] as const
/** EntityAlarmStatus: the bits behind the first, which says that alarms are not known. */
const ALARMS = ['', 'underRepair', 'critical', 'major', 'minor', 'warning', 'indeterminate']

/** ENTITY-MIB and ENTITY-STATE-MIB: the parts of a device as a tree, and how each is. */
export async function readInventory(reader: SurveyReader): Promise<readonly SurveyPart[]> {
  const rows = await readEntries(reader, ENT_PHYSICAL_ENTRY, COLUMNS)
  const states = rows.length === 0 ? new Map<string, SurveyPartState>() : await readStates(reader)
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
        state: states.get(row.index),
      }),
    }))
}

async function readStates(reader: SurveyReader): Promise<ReadonlyMap<string, SurveyPartState>> {
  const rows = await readOptional(reader, ENT_STATE_ENTRY, { admin: 2, oper: 3, usage: 4, alarm: 5, standby: 6 })
  return new Map(
    rows.map((row) => {
      const [bits = 0] = octetsOf(row.cell('alarm'))
      const alarms = ALARMS.filter((name, at) => name !== '' && (bits & (0x80 >> at)) !== 0)
      const state = defined({
        admin: ADMIN[row.number('admin') ?? 0],
        oper: OPER[row.number('oper') ?? 0],
        usage: USAGE[row.number('usage') ?? 0],
        standby: STANDBY[row.number('standby') ?? 0],
        alarms: alarms.length > 0 ? alarms : undefined,
      })
      return [row.index, state]
    }),
  )
}

/** The part that stands for the whole device: the chassis with a serial number, or a stack's first member. */
export function mainPart(parts: readonly SurveyPart[]): SurveyPart | undefined {
  const chassis = parts.filter((part) => part.class === 'chassis')
  const stack = parts.filter((part) => part.class === 'stack')
  const roots = parts.filter((part) => part.containedIn === 0)
  const known = [...chassis, ...stack, ...roots]
  return known.find((part) => part.serial && part.model) ?? known.find((part) => part.serial) ?? known[0]
}
