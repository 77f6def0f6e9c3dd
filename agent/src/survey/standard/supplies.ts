import { defined } from '../defined.ts'
import type { SurveyReader } from '../reader.ts'
import type { Recipe } from '../recipe.ts'
import type { SurveySupply } from '../survey-result.ts'
import { readOptional } from './optional-entries.ts'

const PRT_SUPPLIES_ENTRY = '1.3.6.1.2.1.43.11.1.1'
const PRT_INPUT_ENTRY = '1.3.6.1.2.1.43.8.2.1'
export const SUPPLY_TABLES = [PRT_SUPPLIES_ENTRY, PRT_INPUT_ENTRY]
const COLUMNS = { class: 4, type: 5, descr: 6, unit: 7, max: 8, level: 9 }
const EVIDENCE = 'standard Printer-MIB'

/** PrtMarkerSuppliesTypeTC. */
const TYPES = [
  ...['', 'other', 'unknown', 'toner', 'wasteToner', 'ink', 'inkCartridge', 'inkRibbon', 'wasteInk', 'opc'],
  ...['developer', 'fuserOil', 'solidWax', 'ribbonWax', 'wasteWax', 'fuser', 'coronaWire', 'fuserOilWick'],
  ...['cleanerUnit', 'fuserCleaningPad', 'transferUnit', 'tonerCartridge', 'fuserOiler', 'water', 'wasteWater'],
  ...['glueWaterAdditive', 'wastePaper', 'bindingSupply', 'bandingSupply', 'stitchingWire', 'shrinkWrap'],
  ...['paperWrap', 'staples', 'inserts', 'covers'],
]
const RECEPTACLE = 4
/** PrtMarkerSuppliesLevel: -3 says that something is left, -2 and -1 that nobody knows. */
const SOME_LEFT = -3
const SOME_LEFT_PERCENT = 50
/** A capacity of -2 is unknown; levels are then taken for per cent. */
const FULL = 100

/** Printer-MIB: what a printer uses up, and its paper. A receptacle's level is what has been filled. */
export async function readSupplies(reader: SurveyReader): Promise<readonly SurveySupply[]> {
  const rows = await readOptional(reader, PRT_SUPPLIES_ENTRY, COLUMNS)
  if (rows.length === 0) return []
  const found: SurveySupply[] = rows.map((row) => ({
    name: row.text('descr'),
    kind: TYPES[row.number('type') ?? 2] ?? 'unknown',
    ...defined({ percent: percentOf(row.number('level'), row.number('max'), row.number('class') === RECEPTACLE) }),
    oid: row.oid('level'),
    recipe: recipeOf(row.oid('level'), row.number('max'), row.number('class') === RECEPTACLE),
    evidence: EVIDENCE,
  }))
  const inputs = await readOptional(reader, PRT_INPUT_ENTRY, { max: 9, level: 10, name: 13, descr: 18 })
  for (const row of inputs) {
    const percent = percentOf(row.number('level'), row.number('max'), false)
    const name = row.text('name') || row.text('descr')
    const oid = row.oid('level')
    const recipe = recipeOf(oid, row.number('max'), false)
    found.push({ name, kind: 'input', ...defined({ percent }), oid, recipe, evidence: EVIDENCE })
  }
  return found
}

/** What a level below zero means cannot be told as a share, so it is not polled. */
function recipeOf(oid: string, max: number | undefined, isReceptacle: boolean): Recipe {
  const share = 100 / (max !== undefined && max > 0 ? max : FULL)
  const skip = [SOME_LEFT, -2, -1]
  return isReceptacle ? { oid, scale: -share, offset: 100, skip } : { oid, scale: share, skip }
}

function percentOf(level: number | undefined, max: number | undefined, isReceptacle: boolean): number | undefined {
  if (level === undefined) return undefined
  if (level === SOME_LEFT) return SOME_LEFT_PERCENT
  if (level < 0) return undefined
  const share = Math.min(100, (100 * level) / (max !== undefined && max > 0 ? max : FULL))
  return isReceptacle ? 100 - share : share
}
