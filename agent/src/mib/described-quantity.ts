/** Units and their codes, in the order in which they are looked for: `dBm` before `W`, `%RH` before `%`. */
const UNITS: readonly (readonly [code: string, pattern: RegExp])[] = [
  ['kWh', /\bkilo-?\s?watt[- ]?hours?|\bkwh\b/i],
  ['Wh', /\bwatt[- ]?hours?|\bwh\b/i],
  ['dBm', /\bdbm\b|\bdecibel-?milliwatts?/i],
  ['dBmV', /\bdbmv\b|\bdbuv\b/i],
  ['dB', /\bdb\b|\bdecibels?/i],
  ['RH', /\brelative humidity|%\s?rh\b|\bhumidity\b[^.]{0,30}(?:percent|%)|\bpercent\b[^.]{0,20}humidity/i],
  ['F', /\bfahrenheit|°\s?f\b|\bdeg(?:rees?)?\.?\s?f\b/i],
  [
    'C',
    /\bcelsius|\bcelcius|\bcentigrade|°\s?c\b|\bdeg(?:ree)?s?\.?\s?\(?c\b|\([dD]?C\)|\btemperature\b[^.]{0,60}\bdegrees\b|\bdegrees\b[^.]{0,60}\btemperature\b/i,
  ],
  ['VA', /\bvolt[- ]?amp(?:ere)?s?\b|\bk?va\b/i],
  ['W', /\b(?:milli|micro|kilo)?-?watts?\b|\bm[wW]\b|\buW\b|\(W\)/i],
  ['V', /\b(?:milli|micro)?volts?\b|\bmV\b|\bV[AD]C\b|\([mk]?V\)/i],
  ['A', /\b(?:milli|micro)?-?amp(?:ere)?s?\b|\b[mu]A\b|\(A\)/],
  ['rpm', /\brpms?\b|\brevolutions per|\brotations? per min/i],
  ['Hz', /\bhertz\b|\b[kmg]?hz\b/i],
  ['bar', /\bm?bars?\b|\bpsi\b|\bk?pa(?:scals?)?\b/i],
  ['bps', /\b[kmg]?bps\b|\bbits?\s?(?:per|\/)\s?s(?:ec)?/i],
  ['%', /\bper\s?cent(?:age)?\b|%/i],
  ['min', /\bminutes?\b/i],
  ['h', /\bhours?\b/i],
  ['ms', /\bmilli-?seconds?\b|\bmsecs?\b|\bms\b/i],
  ['s', /(?<!\bper |\/)\b(?:seconds?|secs?)\b/i],
]

const FRACTIONS: readonly (readonly [exponent: number, pattern: RegExp])[] = [
  [-3, /\bthousandths?\b|\b0?\.001\b|\b1\/1000\b|(?:\bx|\*|\bby|\bof|\/)\s?1000\b/i],
  [-2, /\bhundredths?\b|\b0?\.01\b|\b1\/100\b|(?:\bx|\*|\bby|\bof|\/)\s?100\b/i],
  [-1, /\btenths?\b|\bdeci|\b0?\.1\b|\b1\/10\b|(?:\bx|\*|\bby|\bof|\/)\s?10\b/i],
]

const PREFIXES: readonly (readonly [exponent: number, pattern: RegExp])[] = [
  [-6, /\bmicro|\bu[AVW]\b|µ/],
  [-3, /\bmilli(?!-?sec)|\bm(?:[AVW]|Hz|bar)\b/i],
  [-2, /\bcenti(?!grade)/i],
  [3, /\bkilo(?!-?\s?watt[- ]?h)|\bk(?:w|va|v|hz|bps|pa)\b/i],
  [6, /\bmega|\bM(?:Hz|W|bps)\b/],
  [9, /\bgiga|\bG(?:Hz|bps)\b/],
]

const TIMES: ReadonlySet<string> = new Set(['min', 'h', 'ms', 's'])
/** The unit stands in the first sentences. */
const MAX_CHARACTERS = 1_000

/** Unit and power of ten that a description states, such as `C-1` for tenths of a degree; '' where it states none. */
export function describedQuantity(description: string): string {
  const text = description.slice(0, MAX_CHARACTERS).replace(/\s+/g, ' ')
  const unit = UNITS.find(([, pattern]) => pattern.test(text))?.[0] ?? ''
  const fraction = FRACTIONS.find(([, pattern]) => pattern.test(text))?.[0]
  if (unit === '') return fraction === undefined ? '' : String(fraction)
  if (unit === 'ms') return 'ms-3'
  const prefix = TIMES.has(unit) ? undefined : PREFIXES.find(([, pattern]) => pattern.test(text))?.[0]
  return `${unit}${(fraction ?? 0) + (prefix ?? 0)}`
}
