/** The words in a MIB name: `xPDUOutletRMSCurrent2` has `x`, `pdu`, `outlet`, `rms`, `current`, `2`. */
export function wordsOf(name: string): readonly string[] {
  return name
    .replace(/HighPrec(ision)?/, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/([A-Za-z])(\d)/g, '$1 $2')
    .replace(/(\d)([A-Za-z])/g, '$1 $2')
    .replace(/[-_.]/g, ' ')
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
}

/** What a name measures by its words, tried in order. */
const MEASURES: readonly (readonly [kind: string, words: RegExp])[] = [
  ['snr', /\b(o|e)?s(i?nr|nr|n ratio)\b|\bsignal (to )?noise\b|\bmer\b/],
  ['quality_factor', /\bq ?factor\b|\brx q( margin)?$/],
  ['ber', /\bp?re?fec ?ber\b|\brx ber\b/],
  ['power_factor', /\b(power|pwr) ?fact(or)?\b|\bpf\b|\bcos ?phi\b/],
  ['power_consumed', /\benergy\b|\bkwh\b|\bwatt ?hours?\b/],
  ['humidity', /\b\w*humid(ity)?\b|\bhygro\b/],
  [
    'temperature',
    /\b\w*temp(erature|eratures|erture|rature|ture|reading|s)?\b|\bdew ?point\b|\bcelsius\b|temperature\b|\btemp[cf]\b/,
  ],
  [
    'fanspeed',
    /\brpm\b|\bfan\w* .*(speed|rpm|tach|sensors? value|reading)|\bspeed .*fan\b|fanspeed\b|\bfan\w* (rotat\w+|tach\w*)\b/,
  ],
  ['voltage', /\b\w*volt(age|ages|s)?\b|\bmv\b|\bv(ac|dc|in|out|bat|batt)\b/],
  ['charge', /\bbatt?(ery)?\b.*\b(capacity|charge|percent|level)\b|\bcharge remaining\b|\bcharge level\b/],
  ['load', /\b(load|utili[sz]ation)\b/],
  [
    'dbm',
    /\b(rx|tx|receive|transmit|optical|laser|input|output|received|transmitted|channel|launch|recv|recvd|xmit)? ?(power|pwr)\b.*\bdbm?\b|\b(rx|tx|receive[rd]?|transmit(ted|ter)?|recv|laser|optical|sfp)\b.*\b(power|pwr|level)\b|\brssi\b|\bdbm\b|power ?d ?bm\b|\bop[tr]( tx)?$/,
  ],
  ['current', /\bbias\b|\bcurrents?\b|\bamps?\b|\bamperage\b|\bma\b/],
  ['frequency', /\bfrequenc(y|ies)\b|\bfreq\b/],
  [
    'runtime',
    /\b(batt?\w* .*run ?time|est\w* run ?time|run ?time remain\w*|minutes? remaining|time remaining|remaining time|time left|backup time|seconds on battery|autonomy|batt\w* est\w* time)\b/,
  ],
  [
    'power',
    /\b(real|active|apparent|true|reactive|consumed|input|output|total|actual|forward|reflected|reverse)? ?(power|pwr|watts?|wattage)\b|\bpower consumption\b/,
  ],
  ['pressure', /\bpressure\b/],
  ['chromatic_dispersion', /chromatic dispersion|\bcd\b/],
]

export function measureOf(joined: string): string | undefined {
  return MEASURES.find(([, pattern]) => pattern.test(joined))?.[0]
}

/** All that a name may measure, the likeliest first: `loadStatusActivePower` is a load or a power. */
export function measuresOf(joined: string): readonly string[] {
  return MEASURES.flatMap(([kind, pattern]) => (pattern.test(joined) ? [kind] : []))
}

export function hasMeasureWord(joined: string): boolean {
  return MEASURES.some(([, pattern]) => pattern.test(joined))
}

/** Words that say: a limit, a setting, a count or an index, not a reading. */
const NOT_A_READING =
  /^(thresh\w*|thr|limits?\w*|lim|max|min|maximum|minimum|hi|lo|low|high|upper|lower|warn|warning|crit|critical|major|minor|alarms?|alert|alrm|trap|notif.*|nominal|rated|rating|set|setpoint|point|cal|calibration|slope|coeff?\w*|nbr|th|ctrl|dac|spacing|bandwidth|compliance|setting|config|conf|cfg|offset|hyst.*|delta|interval|period|index|idx|type|scale|precision|status|state|stat|mode|enabled?|count|counts|number|num|peak|highest|lowest|default|reset|recovery|timeout|delay|severity|flag|group|location|version|format|capability|range|target|desired|preset|fault|class|shutdown|configured|requested|supported|avg|average|mean|last|time|timestamp|budget|factor|reference|trigger|alm|amount|ratings?|member|tolerance|rel|serial|vendor|avail\w*|uuid|\w*size|support\w*|capable|rev|revision|date|init\w*|hist\w*)$/
/** Those of them that a reading may carry where its unit is stated. */
const BEARABLE =
  /^(avg|average|last|factor|high|low|time|set|stat|mode|status|state|group|reference|type|number|num|peak|count|units?|max|hi|lo)$/
const NAMES_SOMETHING =
  /^(ids?|units?|model|label|descr\w*|address|port|slot|part|name|text|contact|comment|sku|firmware|hardware|table|tables|start|password|server|installed|chassis|bay|rack|enclosure|position|partner|device|fqdd|pkts|packets|details|tag|code|macs?|sensors|protocol|supplies|outlets|phases|banks)$/

/** Whether the words of a name let it be a reading of this kind. `isStated`: the MIB states the unit. */
export function mayBeReading(words: readonly string[], kind: string, isStated: boolean): boolean {
  const last = words.at(-1) ?? ''
  if (NAMES_SOMETHING.test(last) || (kind === 'power' && last === 'capacity')) return false
  const bad = words.filter((word) => NOT_A_READING.test(word))
  if (bad.length === 0) return true
  if (bad.some((word) => !BEARABLE.test(word))) return false
  if (isStated && bad.every((word) => /^(avg|average|high|low|factor|hi|lo|time)$/.test(word))) return true
  if (kind === 'power_factor' && bad.every((word) => /^(factor|status|avg|average)$/.test(word))) return true
  if (kind === 'runtime' && bad.every((word) => word.includes('time'))) return true
  return bad.every((word) => /^(avg|average|status|stat|high|group|state|number)$/.test(word) && word !== last)
}
