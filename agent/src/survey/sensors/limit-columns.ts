import { measureOf, wordsOf } from './name-words.ts'
import { isNumeric, type ObjectFact } from './object-fact.ts'

/** The columns of a row that hold its limits, in the scale of the reading. */
export type LimitColumns = { readonly low?: ObjectFact; readonly high?: ObjectFact }

const HIGH = /^(high|hi|upper|max|maximum|over)$/
const LOW = /^(low|lo|lower|min|minimum|under)$/
const LIMIT = /^(thresh\w*|limits?|alarm|alarms|warn\w*|crit\w*|major|minor|shutdown|fatal|nonrecoverable)$/
/** The worst first: where it hurts is what an operator wants to know. */
const SEVERITIES = [/^(crit\w*|shutdown|fatal)$/, /^(major|alarm|alarms|limits?|thresh\w*)$/, /^(warn\w*|minor)$/]

/** Limits that stand beside a reading: `ddmTempHighAlarm` beside `ddmTemperature`. */
export function limitColumnsFor(fact: ObjectFact, kind: string, siblings: readonly ObjectFact[]): LimitColumns {
  const low = bestOf({ fact, kind, siblings }, LOW)
  const high = bestOf({ fact, kind, siblings }, HIGH)
  return { ...(low !== undefined && { low }), ...(high !== undefined && { high }) }
}

type Reading = { readonly fact: ObjectFact; readonly kind: string; readonly siblings: readonly ObjectFact[] }

function bestOf({ fact, kind, siblings }: Reading, side: RegExp): ObjectFact | undefined {
  const own = wordsOf(fact.name)
  let best: { column: ObjectFact; rank: number } | undefined
  for (const column of siblings) {
    if (column === fact || !isNumeric(column) || column.labels.length > 0 || column.units !== fact.units) continue
    const words = wordsOf(column.name)
    if (!words.some((word) => side.test(word)) || !words.some((word) => LIMIT.test(word))) continue
    const rest = words.filter((word) => !side.test(word) && !LIMIT.test(word))
    if (
      measureOf(rest.join(' ')) !== kind ||
      !rest.every((word) => own.includes(word) || /^(value|level)$/.test(word))
    ) {
      continue
    }
    const severity = SEVERITIES.findIndex((pattern) => words.some((word) => pattern.test(word)))
    const rank = severity < 0 ? SEVERITIES.length : severity
    if (best === undefined || rank < best.rank) best = { column, rank }
  }
  return best?.column
}

const OUT_OF_ORDER = /^(unavailable|non-?operational|not-?present|absent|not-?installed)$/i

/** A column that says whether the row's sensor works, as entPhySensorOperStatus does. */
export function healthColumnFor(siblings: readonly ObjectFact[]): ObjectFact | undefined {
  return siblings.find(
    ({ name, labels }) =>
      /status|state$/i.test(name) && labels.some(([, label]) => /^(unavailable|non-?operational)$/i.test(label)),
  )
}

/** Whether the value of a health column says that there is nothing to read. */
export function isOutOfOrder(column: ObjectFact, value: number | undefined): boolean {
  const label = column.labels.find(([known]) => known === value)?.[1]
  return label !== undefined && OUT_OF_ORDER.test(label)
}
