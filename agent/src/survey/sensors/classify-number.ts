import type { Evidence, FixedRule } from './column-rule.ts'
import { hasMeasureWord, mayBeReading, measureOf, measuresOf, wordsOf } from './name-words.ts'
import { isNumeric, isText, type ObjectFact } from './object-fact.ts'
import { describedQuantity, type Quantity, quantityOf } from './unit-words.ts'

/** What a stated unit measures where the name says nothing against it. */
const KIND_OF_UNIT: Readonly<Record<string, string>> = {
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
  bps: 'bitrate',
}

/** The units that a measure named by words may have. */
const UNITS_OF_KIND: Readonly<Record<string, readonly string[]>> = {
  temperature: ['C', 'F'],
  voltage: ['V'],
  current: ['A'],
  power: ['W', 'VA', 'VAr', 'dBm'],
  dbm: ['dBm', 'W', 'dB'],
  frequency: ['Hz'],
  fanspeed: ['rpm', '%'],
  humidity: ['RH', '%'],
  power_consumed: ['kWh', 'Wh'],
  charge: ['%'],
  load: ['%'],
  runtime: ['min', 's', 'h'],
  snr: ['dB'],
  pressure: ['bar'],
  power_factor: ['%'],
}

/** What is known of one object before it is judged. */
export type Clues = {
  readonly fact: ObjectFact
  readonly words: readonly string[]
  readonly joined: string
  readonly quantity: Quantity | undefined
  /** The unit stands in UNITS or in the textual convention, not only in the description. */
  readonly isStated: boolean
  readonly measure: string | undefined
}

export function cluesOf(fact: ObjectFact, prefix: readonly string[] = []): Clues {
  const words = withoutPrefix(wordsOf(fact.name), prefix)
  const joined = words.join(' ')
  const stated = quantityOf(fact.units) ?? quantityOfConvention(fact.tc)
  const isStated = stated !== undefined && stated.unit !== ''
  const described = isStated ? undefined : describedQuantity(fact.described)
  const quantity = stated !== undefined && stated.exponent !== 0 ? stated : (described ?? stated)
  return { fact, words, joined, quantity, isStated, measure: measureOf(joined) }
}

/** Words that stand before every name of a module say nothing of one object, unless nothing else measures. */
function withoutPrefix(words: readonly string[], prefix: readonly string[]): readonly string[] {
  if (prefix.length === 0 || words.length <= prefix.length) return words
  const own = words.slice(prefix.length)
  return measureOf(own.join(' ')) === undefined && VALUE_WORD.test(own.at(-1) ?? '') ? words : own
}

const VALUE_WORD = /^(value|reading|current|int|celsius|[cf]|\d+)$/

/** A text is taken for a reading by the last words of its name only. */
const TELLING_WORDS = 4

/** The rule for a number that measures one thing in all rows; undefined for everything else. */
export function classifyNumber(clues: Clues): FixedRule | undefined {
  const { fact, quantity, isStated } = clues
  if (!isNumeric(fact)) {
    if (!isText(fact) && !/float|percision|precision|reading/i.test(fact.tc)) return undefined
    const end = clues.words.slice(-TELLING_WORDS).join(' ')
    if (fact.units === '' && fact.described === '' && !hasMeasureWord(end)) return undefined
  }
  const hasUnit = quantity !== undefined && quantity.unit !== ''
  const kind = hasUnit ? kindByUnit(fitting(clues, quantity), quantity) : kindByNames(clues)
  if (kind === undefined || !mayBeReading(clues.words, kind, isStated)) return undefined
  if (/[CD]/.test(fact.base) && kind !== 'power_consumed') return undefined
  if (fact.access !== 'r') return undefined
  const wrongUnit = !hasUnit || (!isStated && UNITS_OF_KIND[kind]?.includes(quantity.unit) === false)
  const evidence: Evidence = isStated ? 'unit stated by MIB' : wrongUnit ? 'guessed from name' : 'unit from description'
  return fixedRule(clues, { kind, evidence })
}

/** The clues with the measure that has the unit, where the name speaks of more than one. */
function fitting(clues: Clues, { unit }: Quantity): Clues {
  const { measure, joined } = clues
  if (measure === undefined || UNITS_OF_KIND[measure]?.includes(unit) !== false) return clues
  const fits = measuresOf(joined).find((other) => UNITS_OF_KIND[other]?.includes(unit) === true)
  if (fits !== undefined) return { ...clues, measure: fits }
  return unit !== '%' && VALUE_WORD.test(clues.words.at(-1) ?? '') ? { ...clues, measure: undefined } : clues
}

/** Of what a name may measure, the first that its other words allow. */
function kindByNames(clues: Clues): string | undefined {
  for (const measure of measuresOf(clues.joined)) {
    const kind = kindByName({ ...clues, measure })
    if (kind !== undefined) return kind
  }
  return undefined
}

const COUNTED =
  /\b(sessions?|ses|connections?|conns?|clients?|users?|leases?|calls?|subscribers?|registrations?|stations?|channels?|licen[sc]es?|tunnels?|modems?|on[tu]s?|aps|access points?|vms?|satellites?|svs?|terminals?|associat\w+|endpoints?|hosts|nodes|neighbou?rs|peers)\b/
const NOW =
  /\b(active|current|num|number|count|counts|total|online|used|in use|connected|registered|nbr?|no|cur|curr|running|open|established|associated)\b/
const NOT_NOW =
  /\b(max|maximum|total|peak|limit|rate|per|sec|second|failed|errors?|dropped|rejected|denied|since|index|id|port|timeout|time|vlan|type|history|avg|average|day|hour|min|week|high|low|watermark|config\w*|allowed|capacity|state|status|name|code|colou?r)\b/

/** How many there are now of what a device serves: sessions, clients, leases. */
export function classifyCount({ fact, joined }: Clues): FixedRule | undefined {
  if (fact.kind !== 'scalar' || !'GUI'.includes(fact.base) || fact.access !== 'r' || fact.labels.length > 0)
    return undefined
  if (fact.base === 'I' && !NOW.test(joined)) return undefined
  if (!COUNTED.test(joined) || NOT_NOW.test(joined) || fact.oid.startsWith('1.3.6.1.2.1.')) return undefined
  const common = { scale: 1, conversion: 'linear', isScaleKnown: true, isSure: true } as const
  return { rule: 'fixed', kind: 'count', evidence: 'guessed from name', ...common }
}

function fixedRule({ fact, quantity, isStated }: Clues, { kind, evidence }: { kind: string; evidence: Evidence }) {
  const unit = quantity?.unit ?? ''
  const hinted = /^d-(\d+)$/.exec(fact.hint)?.[1]
  let exponent = quantity?.exponent ?? 0
  if (hinted !== undefined && exponent === 0) exponent = -Number(hinted)
  const isMilliwatt = kind === 'dbm' && unit === 'W'
  if (kind === 'dbm' && !isMilliwatt && exponent < -3) exponent = 0
  if (unit === 'bar') exponent += 2
  if (kind === 'power_factor' && unit === '%') exponent -= 2
  let scale = 10 ** (isMilliwatt ? exponent + 3 : exponent)
  if (kind === 'runtime') scale = fact.base === 'T' ? 1 / 6000 : scale * minutesPer(unit)
  if (unit === 'Wh') scale /= 1000
  const isScaleKnown = (quantity !== undefined && (isStated || exponent !== 0)) || hinted !== undefined || isMilliwatt
  const isFahrenheit = unit === 'F' || (kind === 'temperature' && unit === '' && saysFahrenheit(fact.name))
  const conversion = isFahrenheit ? 'fahrenheit' : isMilliwatt ? 'milliwatt' : 'linear'
  return { rule: 'fixed', kind, scale, conversion, isScaleKnown, evidence, isSure: true } satisfies FixedRule
}

/** `internal-tempf`, `sensorTempF`, `tlEnvTemperatureF`. */
export function saysFahrenheit(name: string): boolean {
  return /fahrenheit|temp(erature|s)?[-_]?F$|deg[-_]?F$|-tempf$|IntF$/i.test(name) && !/[a-z]{3}f[a-z]+$/.test(name)
}

function minutesPer(unit: string): number {
  return unit === 's' ? 1 / 60 : unit === 'h' ? 60 : 1
}

function quantityOfConvention(tc: string): Quantity | undefined {
  if (tc === '') return undefined
  const words = wordsOf(tc).join(' ')
  if (/^(date|time|duration|index|min)\b/.test(words)) return undefined
  return quantityOf(words)
}

function kindByUnit(clues: Clues, quantity: Quantity): string | undefined {
  const { isStated, measure, joined, words, fact } = clues
  const { unit, exponent } = quantity
  if (measure === 'ber' || measure === 'quality_factor') return measure
  switch (unit) {
    case '%':
      return kindOfShare(clues)
    case 'dB':
      return measure === 'snr' || measure === 'dbm' ? measure : undefined
    case 'min':
    case 's':
    case 'h':
      return (measure === 'runtime' && isOfBattery(clues.fact)) || /\bbatt?(ery)?\b.*\bremain/.test(joined)
        ? 'runtime'
        : undefined
    case 'dBmV':
    case 'ps':
    case 'ms':
      return undefined
    case 'bps':
      return isStated && fact.kind === 'scalar' ? 'bitrate' : undefined
  }
  const byUnit = KIND_OF_UNIT[unit]
  if (byUnit === 'power' && measure === 'dbm') return isStated && exponent > -3 ? 'power' : 'dbm'
  if (byUnit === 'frequency' && exponent > 3 && !isStated) return undefined
  if (byUnit === 'current' && !isStated && words[0] === 'current') return undefined
  if (isStated) return byUnit
  if (measure !== undefined) {
    return UNITS_OF_KIND[measure]?.includes(unit) === true ? (byUnit ?? measure) : undefined
  }
  return /^(reading|value|measurement|actual|data|measured|val|sensor)$/.test(words.at(-1) ?? '') ? byUnit : undefined
}

const BATTERY = /\b(batt?\w*|\w*ups|run ?time|autonomy|backup|discharg\w*)\b/

function isOfBattery({ name }: ObjectFact): boolean {
  return BATTERY.test(wordsOf(name).join(' '))
}

function kindOfShare({ measure, joined, isStated, fact }: Clues): string | undefined {
  if (/\b(cpu|processor|mem\w*|disk|storage|swap|heap|flash|filesystem|ram)\b/.test(joined)) return undefined
  if (measure === 'fanspeed') return 'percent'
  if (measure !== undefined && /^(humidity|charge|load|power_factor)$/.test(measure)) return measure
  if (measure !== undefined) return fact.range === '0..100' ? 'percent' : undefined
  const isShare = /\b(util\w*|usage|level|balance|percent\w*|capacity|fan|speed|duty)\b/.test(joined)
  return isStated && isShare ? 'percent' : undefined
}

const POWER_WORDS =
  /\b(output|input|total|consumption|watts?|wattage|active|apparent|real|actual|forward|reflected|reading|consumed|psu|supply|poe|phase|usage|draw)\b/

/** Without a unit, words that also mean something else need company. */
function kindByName({ measure, joined, words, fact }: Clues): string | undefined {
  const last = words.findLast((word) => !/^(\d+|[a-d])$/.test(word)) ?? ''
  switch (measure) {
    case 'current': {
      if (words[0] === 'current' || /reading current$/.test(joined)) return undefined
      if (/\b(bias|amps?|amperage|ma)\b/.test(joined) || last === 'current') return measure
      const isPhase = /^(total|[abcrstxyz]|l\d?|value|reading|ac|dc|input|output|phase|line)$/.test(last)
      return isPhase && words.includes('current') ? measure : undefined
    }
    case 'load':
      if (/\b(cpu|mem\w*|balanc\w*|average|processor|la|system)\b/.test(joined)) return undefined
      return /\b(output|input|ups|percent|phase|pdu|bank)\b/.test(joined) ? measure : undefined
    case 'power':
      return POWER_WORDS.test(joined) || last === 'power' ? measure : undefined
    case 'frequency': {
      const isMains = /\b(input|output|line|bypass|phase|mains|ac|ups|grid|utility|\d)\b/.test(joined)
      return isMains || last === 'frequency' || last === 'freq' ? measure : undefined
    }
    case 'voltage':
      return /\bno\b|\btype\b/.test(joined) ? undefined : measure
    case 'snr':
      return isNumeric(fact) ? measure : undefined
    case 'runtime':
      return isOfBattery(fact) ? measure : undefined
    default:
      return measure
  }
}
