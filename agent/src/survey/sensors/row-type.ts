import type { FixedRule, RowTypeRule } from './column-rule.ts'
import { measureOf, wordsOf } from './name-words.ts'
import { isNumeric, isText, type ObjectFact } from './object-fact.ts'
import { quantityOf } from './unit-words.ts'

const VALUE_NAME = /^(value|reading|val|data|level|current|int|raw|float)$/
const LIMIT_WORDS = /^(thresh\w*|max|min|limit|high|low|warn\w*|crit\w*|last|alarm)$/

/** The rule for a value whose row says what it is: by an enumerated type or by a text with the unit. */
export function classifyByRowType(
  fact: ObjectFact,
  siblings: readonly ObjectFact[],
  fallback: FixedRule | undefined,
): RowTypeRule | undefined {
  const words = wordsOf(fact.name)
  if (fact.kind !== 'column' || fact.labels.length > 0) return undefined
  if (!VALUE_NAME.test(words.at(-1) ?? '') || words.some((word) => LIMIT_WORDS.test(word))) return undefined
  const others = siblings.filter((other) => other !== fact)
  const typeColumn = others.find(isTypeColumn)
  const unitColumn = others.find(
    (other) => isText(other) && /units?(s|text|str|string|name|symbol|label)?$/i.test(other.name),
  )
  if (typeColumn === undefined && unitColumn === undefined) return undefined
  const scaleColumn = others.find((other) => hasLabel(other, 'milli') && hasLabel(other, 'kilo'))
  const digitsColumn = others.find((other) => isNumeric(other) && other.labels.length === 0 && isDigits(other.name))
  return {
    rule: 'row type',
    scale: 10 ** (quantityOf(fact.units)?.exponent ?? 0),
    ...(typeColumn !== undefined && { typeColumn }),
    ...(unitColumn !== undefined && { unitColumn }),
    ...(scaleColumn !== undefined && { scaleColumn }),
    ...(digitsColumn !== undefined && { digitsColumn }),
    ...(fallback !== undefined && { fallback }),
  }
}

function isDigits(name: string): boolean {
  return /(precision|decimal\w*|digits?|exponent|resolution)$/i.test(name)
}

function hasLabel(fact: ObjectFact, wanted: string): boolean {
  return fact.labels.some(([, label]) => label === wanted)
}

function isTypeColumn(fact: ObjectFact): boolean {
  if (!/type|unit|kind|class|measure|quantity/i.test(fact.name) || /thresh|limit/i.test(fact.name)) return false
  return fact.labels.filter(([, label]) => measureOfLabel(label) !== undefined).length >= 2
}

export type LabelMeasure = { readonly kind: string; readonly scale: number; readonly isFahrenheit: boolean }

const PLAIN_LABELS: Readonly<Record<string, string>> = {
  voltsac: 'voltage',
  voltsdc: 'voltage',
  volts: 'voltage',
  voltage: 'voltage',
  amperes: 'current',
  amps: 'current',
  current: 'current',
  watts: 'power',
  power: 'power',
  hertz: 'frequency',
  frequency: 'frequency',
  celsius: 'temperature',
  temperature: 'temperature',
  temp: 'temperature',
  thermal: 'temperature',
  percentrh: 'humidity',
  humidity: 'humidity',
  rpm: 'fanspeed',
  fan: 'fanspeed',
  fanspeed: 'fanspeed',
  dbm: 'dbm',
  truthvalue: 'state',
  airflow: 'airflow',
  cmm: 'airflow',
  pressure: 'pressure',
}

const NO_MEASURE: ReadonlySet<string> = new Set(['specialenum', 'other', 'unknown', 'none'])
const KINDS: Readonly<Record<string, string>> = {
  C: 'temperature',
  F: 'temperature',
  V: 'voltage',
  A: 'current',
  W: 'power',
  VA: 'power',
  VAr: 'power',
  dBm: 'dbm',
  Hz: 'frequency',
  rpm: 'fanspeed',
  RH: 'humidity',
  kWh: 'power_consumed',
  Wh: 'power_consumed',
  bar: 'pressure',
}
const MAX_LABEL_WORDS = 3

/** What a row's type or unit says: `celsius`, `voltsDC`, `mV`. */
export function measureOfLabel(label: string): LabelMeasure | undefined {
  const lower = label.trim().toLowerCase()
  if (lower === '' || NO_MEASURE.has(lower)) return undefined
  const plain = PLAIN_LABELS[lower]
  if (plain !== undefined) return { kind: plain, scale: 1, isFahrenheit: false }
  const words = wordsOf(label)
  const quantity = quantityOf(words.join(' ')) ?? quantityOf(label)
  const kind = quantity && KINDS[quantity.unit]
  if (quantity !== undefined && kind !== undefined) {
    const scale = 10 ** quantity.exponent * (quantity.unit === 'Wh' ? 0.001 : 1)
    return { kind, scale, isFahrenheit: quantity.unit === 'F' }
  }
  if (words.length > MAX_LABEL_WORDS) return undefined
  const measure = measureOf(words.join(' '))
  return measure === undefined ? undefined : { kind: measure, scale: 1, isFahrenheit: false }
}
