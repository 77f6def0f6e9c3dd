import { defined } from '../defined.ts'
import type { SurveyReader } from '../reader.ts'
import { type FactSource, isText } from '../sensors/object-fact.ts'
import type { SurveyIdentity } from '../survey-result.ts'
import { textOf } from '../value-text.ts'

type Field = 'version' | 'serial' | 'model'
const FIELDS: readonly Field[] = ['version', 'serial', 'model']
type Candidate = { readonly field: Field; readonly oid: string; readonly isColumn: boolean; readonly rank: number }

/** Names of scalars that say what a whole device is; those first in a list say more. */
const NAMES: Readonly<Record<Field, readonly RegExp[]>> = {
  version: [
    /(?:soft|sw|image|os|system|sys|product|device).{0,16}(?:ver|version|rev|revision|release)(?:num|number|string)?$/i,
    /(?:firm|fw|agent|unit|card).{0,16}(?:ver|version|rev|revision|release)(?:num|number|string)?$/i,
    /^(?:[a-z]{1,12})?version$/i,
  ],
  serial: [
    /(?:sys|system|chassis|device|product|unit|ident|agent|box).{0,20}serial(?:num|no|number|id)?$/i,
    /serial(?:num|no|number)?$/i,
  ],
  model: [
    /(?:sys|system|chassis|device|product|unit|ident).{0,20}(?:model|model_?name|model_?number|productname)$/i,
    /(?:model|modelname|modelnumber|productname|producttype)$/i,
  ],
}
/** Parts, peers, and what is not running. */
const BESIDE =
  /hardware|hw|boot|mib|snmp|proto|upgrade|update|backup|avail|new|next|ntp|ssl|ssh|java|web|http|file|server|client|peer|remote|license|module|slot|disk|drive|fan|psu|power|battery|batt|sfp|optic|sensor|probe|port|radio|modem|sim|cert|min|max|config|schema|trap|signature|virus|database/i
/** Columns of tables that list what is managed as a whole: their first row is the device, where they have one. */
const WHOLE = /chassis|system|sys(?=[A-Z])|device|product|unit|box|inventory|ident/i
/** Scalars first: they are of the whole device. */
const LATER = 10
/** A table with more rows than this lists parts. */
const MOST_WHOLES = 2
const MOST_OBJECTS = 90
const MOST_TEXT = 80
/** Enterprises whose candidates are kept. */
const MAX_KEPT = 64
const SHARED = [2021, 8072]

/** Fills what is missing of a device's model, version and serial number, by the names of its MIB's scalars. */
export type IdentityFill = (reader: SurveyReader, known: SurveyIdentity) => Promise<Partial<SurveyIdentity>>

export function identityByFacts(facts: FactSource): IdentityFill {
  const kept = new Map<number, readonly Candidate[]>()
  const candidatesOf = async (enterprise: number): Promise<readonly Candidate[]> => {
    const known = kept.get(enterprise)
    if (known !== undefined) return known
    const found = (await facts.groups(enterprise))
      .flatMap(({ kind, objects }) =>
        objects
          .filter(({ name }) => kind === 'scalars' || WHOLE.test(name))
          .filter((object) => isText(object) && !BESIDE.test(object.name))
          .flatMap(({ name, oid }) =>
            FIELDS.map((field) => {
              const rank = NAMES[field].findIndex((one) => one.test(name))
              return {
                field,
                oid,
                isColumn: kind === 'table',
                rank: rank < 0 || kind === 'scalars' ? rank : rank + LATER,
              }
            }),
          ),
      )
      .filter(({ rank }) => rank >= 0)
      .sort((a, b) => a.rank - b.rank)
      .slice(0, MOST_OBJECTS)
    if (kept.size >= MAX_KEPT) kept.clear()
    kept.set(enterprise, found)
    return found
  }
  return async (reader, known) => {
    const missing = FIELDS.filter((field) => known[field] === undefined)
    const found: Partial<Record<Field, string>> = {}
    if (missing.length === 0) return found
    for (const enterprise of (await reader.enterprises()).filter((number) => !SHARED.includes(number))) {
      const wanted = (await candidatesOf(enterprise)).filter(({ field }) => missing.includes(field))
      const got = await valuesOf(reader, wanted)
      for (const { field, oid } of wanted) {
        const text = got.get(oid) ?? ''
        if (found[field] === undefined && isTelling(field, text)) found[field] = text
      }
    }
    return defined(found)
  }
}

/** The text of each candidate by its OID: the instance of a scalar, the first row of a table that has few. */
async function valuesOf(reader: SurveyReader, wanted: readonly Candidate[]): Promise<ReadonlyMap<string, string>> {
  const scalars = wanted.filter(({ isColumn }) => !isColumn)
  const got = await reader.scalars(scalars.map(({ oid }) => `${oid}.0`))
  const texts = new Map(scalars.map(({ oid }) => [oid, textOf(got.get(`${oid}.0`))]))
  const columns = wanted.filter(({ isColumn }) => isColumn).map(({ oid }) => oid)
  const present = columns.length === 0 ? new Set<string>() : await reader.present(columns)
  for (const oid of columns.filter((one) => present.has(one))) {
    const rows = await reader.table([oid], MOST_WHOLES + 1)
    if (rows.length <= MOST_WHOLES) texts.set(oid, textOf(rows[0]?.values[0]))
  }
  return texts
}

function isTelling(field: Field, text: string): boolean {
  if (text === '' || text.length > MOST_TEXT || !/^[\x20-\x7e]{1,80}$/.test(text)) return false
  if (/^(?:n\/?a|none|unknown|null|0+|-+|not available)$/i.test(text)) return false
  return field === 'model' ? /[a-z]/i.test(text) : /[0-9]/.test(text)
}
