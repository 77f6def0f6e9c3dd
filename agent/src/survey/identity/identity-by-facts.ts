import { defined } from '../defined.ts'
import type { SurveyReader } from '../reader.ts'
import { type FactSource, isText } from '../sensors/object-fact.ts'
import type { SurveyIdentity } from '../survey-result.ts'
import { textOf } from '../value-text.ts'

type Field = 'version' | 'serial' | 'model'
const FIELDS: readonly Field[] = ['version', 'serial', 'model']
type Candidate = { readonly field: Field; readonly oid: string; readonly rank: number }

/** Names of scalars that say what a whole device is; those first in a list say more. */
const NAMES: Readonly<Record<Field, readonly RegExp[]>> = {
  version: [
    /(?:soft|sw|image|os|system|sys|product|device).{0,16}(?:ver|version|rev|revision|release)(?:num|number|string)?$/i,
    /(?:firm|fw|agent|unit|card).{0,16}(?:ver|version|rev|revision|release)(?:num|number|string)?$/i,
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
      .filter(({ kind }) => kind === 'scalars')
      .flatMap(({ objects }) => objects.filter((object) => isText(object) && !BESIDE.test(object.name)))
      .flatMap(({ name, oid }) =>
        FIELDS.map((field) => ({ field, oid, rank: NAMES[field].findIndex((one) => one.test(name)) })),
      )
      .filter(({ rank }) => rank >= 0)
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
      const got = await reader.scalars(wanted.map(({ oid }) => `${oid}.0`))
      for (const { field, oid } of [...wanted].sort((a, b) => a.rank - b.rank)) {
        const text = textOf(got.get(`${oid}.0`))
        if (found[field] === undefined && isTelling(field, text)) found[field] = text
      }
    }
    return defined(found)
  }
}

function isTelling(field: Field, text: string): boolean {
  if (text === '' || text.length > MOST_TEXT || !/^[\x20-\x7e]{1,80}$/.test(text)) return false
  if (/^(?:n\/?a|none|unknown|null|0+|-+|not available)$/i.test(text)) return false
  return field === 'model' ? /[a-z]/i.test(text) : /[0-9]/.test(text)
}
