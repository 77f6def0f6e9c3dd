/** A unit and a power of ten, read from words. `unit` is empty where only the power is told. */
export type Quantity = { readonly unit: string; readonly exponent: number }

/** Tried in order: the longer words stand before those that they contain. */
const UNITS: readonly (readonly [unit: string, words: RegExp])[] = [
  ['VArh', /\bk?varh\b|volt-?amp\w* reactive hours?/i],
  ['kWh', /kilo-?\s?watt[- ]?hours?|\bkwh\b/i],
  ['Wh', /watt[- ]?hours?|\bwh\b/i],
  ['dBm', /\bdbm\b|decibel-?milliwatts?/i],
  ['dBmV', /\bdbmv\b|\bdbuv\b/i],
  ['dB', /\bdb\b|decibels?/i],
  ['RH', /(relative\s+)?humidity|%\s*rh\b|\brh\s*%|\brh\b|percentage? relative/i],
  ['F', /fahrenheit|°\s?f\b|\bdeg(rees?)?\.?\s?f\b/i],
  [
    'C',
    /celsius|celcius|centigrade|°\s?c|\bdeg(ree)?s?\.?\s?-?c\b|\bdegrees?\b(?! of| per|s? (east|west|north|south|angle|lat|lon))|^c$/i,
  ],
  ['VA', /volt[- ]?amp(ere)?s?\b(?! reactive)|\bk?va\b/i],
  ['VAr', /\bk?var\b|volt-?amp(ere)?s? reactive/i],
  ['W', /watts?\b|\b[kmu]?w\b/i],
  ['V', /volt(age|s)?\b|\b[mk]v\b|\bv\b|\bv(ac|dc|rms)\b/i],
  ['A', /\b(milli|micro|centi|deci|Milli|Micro)?-?\s?[Aa]mp(er|ere|here|s|eres)?\b|\b[mu]?A\b|\b[Aa]mps?\b|^ma$/],
  ['rpm', /\brpms?\b|revolutions|rotations? per min/i],
  ['Hz', /hertz|\b[kmg]?hz\b/i],
  ['bar', /\bm?bars?\b|\bpsi[ag]?\b|\bk?pa(scals?)?\b/i],
  ['bps', /\b[kmg]?bps\b|bits?\s*(per|\/)\s*s(ec)?|\b[kmg]bits?\/s/i],
  ['%', /per\s?cent(age)?|%|\bpct\b/i],
  ['ps', /picoseconds?|\bps\b/i],
  ['min', /\bminutes?\b|\bmins?\b/i],
  ['h', /\bhours?\b/i],
  ['ms', /milli-?seconds?|\bmsecs?\b|\bms\b/i],
  ['s', /\bseconds?\b|\bsecs?\b|^s$/i],
]

const PREFIXES: readonly (readonly [words: RegExp, exponent: number])[] = [
  [/\bpico/i, -12],
  [/\bnano/i, -9],
  [/\bmicro|\bu(a|v|w)\b|µ/i, -6],
  [/\b[Mm]illi|\bm([AaVvWw]|Hz|hz|bar)\b/, -3],
  [/\bcenti(?!grade)/i, -2],
  [/\bdeci(?!bel)/i, -1],
  [/\bkilo|\bk(w|va|v|var|hz|bps|pa)\b/i, 3],
  [/\bmega|\bM(Hz|W|bps|bit)/, 6],
  [/\bgiga|\bG(Hz|bps)/, 9],
]

const TIMES = 'x|\\*|times|multiplied by|divided? by|scaled? by|factor of'
const FRACTIONS: readonly (readonly [words: RegExp, exponent: number])[] = [
  [/ten[- ]?thousandths?|(^|[^.\d])0?\.0001\b|1\/10000\b|\b10000\b(?=.*(factor|multipl|divid))/i, -4],
  [new RegExp(`thousandths?|(^|[^.\\d])0?\\.001\\b|1/1000\\b|(${TIMES}|by|of|/)\\s*1000\\b`, 'i'), -3],
  [new RegExp(`hundredths?|(^|[^.\\d])\\*?0?\\.01\\b|1/100\\b|(${TIMES}|/)\\s*100\\b`, 'i'), -2],
  [new RegExp(`\\btenths?\\b|(^|[^.\\d])0?\\.1\\b|1/10\\b|(${TIMES}|^/|[a-z ]/)\\s*10\\b|\\bunits? of 10\\b`, 'i'), -1],
]

const TIME_UNITS: ReadonlySet<string> = new Set(['min', 'h', 's', 'ms', 'ps'])

/** The quantity that a UNITS clause or a unit label speaks of. */
export function quantityOf(text: string): Quantity | undefined {
  if (text === '' || /^n\/?a$/i.test(text)) return undefined
  const words = plainUnits(text)
  const unit = UNITS.find(([, pattern]) => pattern.test(words))?.[0]
  const fraction = FRACTIONS.find(([pattern]) => pattern.test(words))?.[1]
  if (unit === undefined) return fraction === undefined ? undefined : { unit: '', exponent: fraction }
  if (unit === 'ms') return { unit, exponent: -3 }
  const prefix = TIME_UNITS.has(unit) ? undefined : PREFIXES.find(([pattern]) => pattern.test(words))?.[1]
  const exponent = (fraction ?? 0) + (prefix ?? 0)
  if ((unit === 'dBm' || unit === 'dB') && exponent <= -4) return { unit: 'W', exponent }
  return { unit, exponent }
}

/** `C-1`, as the facts note what a description says. */
export function describedQuantity(noted: string): Quantity | undefined {
  const match = /^([A-Za-z%]*)(-?\d+)$/.exec(noted)
  return match === null ? undefined : { unit: match[1] ?? '', exponent: Number(match[2]) }
}

function plainUnits(text: string): string {
  return text
    .replace(/degrees?\s+(celsius|centigrade|c\b)/gi, 'celsius')
    .replace(/_/g, ' ')
    .replace(/\b(tenth|hundredth|thousandth|deci|centi|milli)s?-?(?=[a-zA-Z])/gi, '$1 ')
    .replace(/\bd([VAW])$/, 'deci $1')
    .replace(/(\d)\s?(mV|mA|mW|V|A|W|C|Hz|dBm|dB|%)(?![a-z])/g, '$1 $2')
}
