import { defined } from '../defined.ts'
import { type EntryRow, readEntries } from '../entry-rows.ts'
import type { SurveyReader } from '../reader.ts'
import type { SurveyPart } from '../survey-result.ts'
import { tablesThere } from './optional-entries.ts'

/** A vendor's table of parts, for devices without ENTITY-MIB. Columns that a table lacks are left out. */
type PartTable = {
  readonly entry: string
  readonly columns: Readonly<Partial<Record<Field, number>>>
  /** The part's number, out of the index of its row and its place in the table. */
  readonly number: (arcs: readonly number[], at: number) => number
  /** What the class column's numbers mean, or the class of every row; undefined leaves it to the name. */
  readonly classes?: readonly string[] | string
  /** The part in which one without a column for it is, out of the index of its row. */
  readonly within?: (arcs: readonly number[]) => number | undefined
  readonly isPart?: (row: PartRow) => boolean
}
const FIELDS = { name: 0, descr: 0, model: 0, serial: 0, version: 0, class: 0, containedIn: 0 }
type Field = keyof typeof FIELDS
type PartRow = EntryRow<Field>

const last = (arcs: readonly number[]): number => arcs.at(-1) ?? 0
/** TmnxHwClass. */
const TIMOS_CLASSES = [
  ...['', 'other', 'unknown', 'physChassis', 'container', 'powerSupply', 'fan', 'sensor', 'ioModule', 'cpmModule'],
  ...['fabricModule', 'mdaModule', 'flashDiskModule', 'port', 'mcm', 'ccm', 'oesCard', 'oesControlCard'],
]
/** jnxContentsTable holds what is in each container, the frame itself in the first. */
const JUNIPER_FRAME = 1

const PART_TABLES: readonly PartTable[] = [
  {
    // JUNIPER-MIB jnxContainersTable and jnxContentsTable: containers and, in up to three levels, what is in them.
    entry: '1.3.6.1.4.1.2636.3.1.6.1',
    columns: { descr: 6, containedIn: 4 },
    number: last,
    classes: 'container',
  },
  {
    entry: '1.3.6.1.4.1.2636.3.1.8.1',
    columns: { descr: 6, serial: 7, version: 8, model: 10 },
    number: ([container = 0, first = 0, second = 0, third = 0]) =>
      container === JUNIPER_FRAME && first <= 1 ? container : first * 1e6 + second * 1e4 + third * 100 + container,
    within: ([container]) => container,
  },
  {
    // TIMETRA-CHASSIS-MIB tmnxHwTable
    entry: '1.3.6.1.4.1.6527.3.1.2.2.1.8.1',
    columns: { name: 8, model: 4, serial: 5, version: 21, class: 7, containedIn: 13 },
    number: last,
    classes: TIMOS_CLASSES,
  },
  {
    // IPI-CMM-CHASSIS-MIB cmmStackUnitTable and cmmTransEEPROMTable
    entry: '1.3.6.1.4.1.36673.100.1.2.1.1',
    columns: { name: 2, model: 7, serial: 3 },
    number: last,
    classes: 'chassis',
  },
  {
    entry: '1.3.6.1.4.1.36673.100.1.2.2.1',
    columns: { name: 28, model: 28, serial: 35 },
    number: ([unit = 0, slot = 0]) => unit * 10_000 + slot,
    within: ([unit]) => unit,
    classes: 'module',
    isPart: (row) => row.text('name') !== '',
  },
  {
    // AI-AP-MIB aiAccessPointTable: the access points of a cluster
    entry: '1.3.6.1.4.1.14823.2.3.3.1.2.1.1',
    columns: { name: 2, serial: 4, model: 6 },
    number: (_, at) => at + 2,
    within: () => 1,
    classes: 'other',
  },
  {
    // EXTREME-SYSTEM-MIB extremeSlotTable
    entry: '1.3.6.1.4.1.1916.1.1.2.2.1',
    columns: { name: 2, serial: 6 },
    number: last,
    classes: 'module',
    isPart: (row) => row.text('serial') !== '',
  },
  {
    // FOUNDRY-SN-AGENT-MIB snAgentBrdTable
    entry: '1.3.6.1.4.1.1991.1.1.2.2.1.1',
    columns: { name: 2, serial: 26, model: 27 },
    number: last,
    classes: 'module',
    isPart: (row) => row.text('name') !== '',
  },
  {
    // F10-S-SERIES-CHASSIS-MIB chStackUnitTable
    entry: '1.3.6.1.4.1.6027.3.10.1.2.2.1',
    columns: { name: 9, model: 7, serial: 12, version: 10 },
    number: last,
    classes: 'chassis',
    isPart: (row) => row.text('serial') !== '',
  },
]
export const PART_ENTRIES = PART_TABLES.map(({ entry }) => entry)

/** The parts of a device whose vendor keeps them in a table of his own. */
export async function readVendorInventory(reader: SurveyReader): Promise<readonly SurveyPart[]> {
  const there = await tablesThere(reader, PART_ENTRIES)
  const found = new Map<number, SurveyPart>()
  for (const table of PART_TABLES.filter(({ entry }) => there.has(entry))) {
    // What a later table says of the same part fills in what an earlier one leaves open.
    for (const part of await readParts(reader, table)) found.set(part.index, { ...part, ...found.get(part.index) })
  }
  return [...found.values()].map((part) =>
    part.class === 'container' && part.containedIn === 0 ? { ...part, class: 'chassis' } : part,
  )
}

async function readParts(reader: SurveyReader, table: PartTable): Promise<readonly SurveyPart[]> {
  const { columns } = table
  // A field without a column reads one that is there, which costs nothing, and is left out below.
  const some = Object.values(columns)[0] ?? 1
  const filled = Object.fromEntries(Object.keys(FIELDS).map((field) => [field, some]))
  const rows = await readEntries(reader, table.entry, { ...FIELDS, ...filled, ...columns })
  return rows.flatMap((row, at) => {
    const index = table.number(row.arcs, at)
    if (table.isPart?.(row) === false) return []
    const text = (field: Field): string => (columns[field] === undefined ? '' : row.text(field))
    const name = text('name') || text('descr')
    return [
      {
        index,
        class: classOf(table, row, name),
        name,
        ...defined({
          descr: text('descr') || undefined,
          model: text('model') || undefined,
          serial: text('serial') || undefined,
          version: text('version') || undefined,
          containedIn: columns.containedIn === undefined ? table.within?.(row.arcs) : row.number('containedIn'),
        }),
      },
    ]
  })
}

function classOf({ classes }: PartTable, row: PartRow, name: string): string {
  if (typeof classes === 'string') return classes
  if (classes !== undefined) return classes[row.number('class') ?? 0] ?? ''
  if (/\bfan\b/i.test(name)) return 'fan'
  return /\b(?:power supply|PEM|PSU|PSM)\b/i.test(name) ? 'powerSupply' : 'module'
}
