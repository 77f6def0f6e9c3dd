import type { Recipe } from '../recipe.ts'
import { isNumeric, type ObjectFact } from '../sensors/object-fact.ts'

/** What the name, unit and range of an object say that it is: part of a size, or a share of it. */
export type SizeRole = 'total' | 'used' | 'free' | 'share'

const PROCESSOR_OR_CORE = /cpu|processor|core5min$/i
/** Words beside `cpu` that say load by themselves. */
const LOAD =
  /(?:cpu|processor).{0,24}(?:usage|used|util|uti$|load|busy|percent)|(?:usage|util|load|busy).{0,12}(?:cpu|processor)|cpu.{0,12}(?:[0-9]|one|five)_?min|cpu$|core5min$/i
/** Words that say it where the range is that of a share, or nothing speaks against it. */
const WEAK_LOAD =
  /(?:cpu|processor).{0,24}(?:use|rate|ratio|stat|stats?current|value|cur|current|now|total|avg|average)$|use_?now$/i
/** Means of runnable processes: 1.00 is no per cent. */
const LOAD_AVERAGE = /load_?av(?:era)?g/i
const TELLS_SHARE = /util|usage|percent|pct|busy/i
const IDLE = /(?:cpu|processor).{0,16}idle|idle.{0,12}(?:cpu|processor)/i
const MEMORY = /[Mm]em(?!ber|o$)|MEM|[Dd]ram|DRAM|[Hh]eap|[a-z]R(?:AM|am)(?![a-z])/
const SWAP = /swap|paging/i
const SHARE = /usage|util|percent|pct|ratio|rate$/i
const SURE_SHARE = /percent|pct|ratio|util/i
const TOTAL = /total/gi
const SIZE = /size|capacity|installed/i
const USED = /used|alloc|inuse|usage|cur(?:rent)?(?=mem|$)/gi
const FREE = /free|avail|left|remain|unused|idle$/gi
/** Thresholds, extremes, parts of the whole, and things of single processes. */
const BESIDE =
  /thresh|limit|trap|alarm|warn|crit|rising|falling|notif|interval|period|history|peak|highest|lowest|watermark|enable|status$|state$|process(?!or|Total)|task|thread|user(?!ate)|kernel|iowait|irq|temp|volt|freq|clock|fan|count|index|fail|error|flash|disk|buffer|cache|largest|maximum|minimum/i
const EXTREME = /(?:^|[a-z_])(?:Max|Hi|Low|Nice)(?:$|[A-Z_])/
const STORE = /disk|storage|flash|file_?sys|partition|volume|hdd|ssd|emmc/i
const NOT_STORE =
  /thresh|limit|trap|alarm|warn|crit|rising|falling|notif|interval|period|history|peak|highest|lowest|watermark|enable|status$|state$|temp|volt|fan|count|number|index|fail|error|largest|block|sector|inode|file$|files$|iops|read|write|latency|speed|rate$|swap|mem(?!ory)|buffer|cache|quota|snap/i
/** The mean over five minutes says more than that over five seconds. */
const SPANS = [/5_?min|fivemin/i, /1_?min|onemin|lastmin|60_?s/i, /avg|average|mean/i, /total|overall|current|now/i]
const ROLE_WORDS =
  /total|size|capacity|installed|used|alloc(?:ated)?|in_?use|usage|util(?:ization)?|free|avail(?:able)?|left|remain(?:ing)?|unused|percent(?:age)?|pct|ratio|rate|bytes?|[kmgt]b(?=$|[A-Z_])|cur(?:rent)?|idle|num|amount|extended|hc|64|_/gi

export function isLoad(object: ObjectFact): boolean {
  const { name } = object
  if (IDLE.test(name) || MEMORY.test(name) || !PROCESSOR_OR_CORE.test(name) || !isReading(object)) return false
  if (isPercent(object)) return true
  if (LOAD.test(name)) return !LOAD_AVERAGE.test(name) || TELLS_SHARE.test(name)
  return WEAK_LOAD.test(name) && (isShareByForm(object) || isBareGauge(object))
}

export function isIdle(object: ObjectFact): boolean {
  return IDLE.test(object.name) && isReading(object)
}

export function isMemory(object: ObjectFact): boolean {
  return (MEMORY.test(object.name) || SWAP.test(object.name)) && isReading(object)
}

export function isSwap(name: string): boolean {
  return SWAP.test(name)
}

export function isStorage({ name, base, labels }: ObjectFact): boolean {
  const isValue = 'IGUCDTQS'.includes(base) && labels.length === 0
  return isValue && STORE.test(name) && !NOT_STORE.test(name) && !EXTREME.test(name)
}

/** A text column that names the rows of a table. */
export function isRowName({ name, base }: ObjectFact): boolean {
  return base === 'S' && /(?:name|descr|description|label|path|mount(?:ed)?(?:on|point)?)$/i.test(name)
}

/** The part that an object plays, of those that a pool is reckoned from: the last word that tells decides. */
export function roleOf(object: ObjectFact): SizeRole | undefined {
  const { name } = object
  if (isShare(object)) return 'share'
  const last = [
    { role: 'total', at: lastOf(TOTAL, name) },
    { role: 'used', at: lastOf(USED, name) },
    { role: 'free', at: lastOf(FREE, name) },
  ] as const
  const [best] = [...last].sort((a, b) => b.at - a.at)
  if (best !== undefined && best.at >= 0) return best.role
  return SIZE.test(name) ? 'total' : undefined
}

function lastOf(words: RegExp, name: string): number {
  return Array.from(name.matchAll(words), ({ index }) => index).at(-1) ?? -1
}

/** Whether an object holds more than 32 bits, or is meant to: the one to read of two that say the same. */
export function isWide({ name, base }: ObjectFact): boolean {
  return base === 'D' || /extended|hc(?=[A-Z]|$)|64/i.test(name)
}

/** What is left of a name without the words that tell the part: objects that share it belong together. */
export function stemOf(name: string): string {
  return name.replace(ROLE_WORDS, '').toLowerCase()
}

/** How a share becomes per cent in use, by its unit or range: tenths and hundredths are common, what is left too. */
export function shareRecipe(object: ObjectFact, oid: string): Recipe {
  const scale = shareScale(object)
  const isLeft = isIdle(object) || lastOf(FREE, object.name) > lastOf(USED, object.name)
  return isLeft ? { oid, scale: -scale, offset: 100 } : { oid, scale }
}

function shareScale({ units, range }: ObjectFact): number {
  if (/^0?\.01 ?(?:%|per)|hundredths/i.test(units)) return 0.01
  if (/^0?\.1 ?(?:%|per)|tenths/i.test(units)) return 0.1
  if (/(?:^|\D)10000$/.test(range)) return 0.01
  return /(?:^|\D)1000$/.test(range) ? 0.1 : 1
}

/** The object whose mean covers the time that says most. */
export function bestOf(objects: readonly ObjectFact[]): ObjectFact | undefined {
  const rank = ({ name }: ObjectFact): number => {
    const span = SPANS.findIndex((pattern) => pattern.test(name))
    return (span < 0 ? SPANS.length : span) + (TELLS_SHARE.test(name) ? 0 : SPANS.length)
  }
  return [...objects].sort((a, b) => rank(a) - rank(b))[0]
}

function isShare(object: ObjectFact): boolean {
  if (/byte|[kmg]b$|octet/i.test(object.units) || /bytes|[kmg]b$/i.test(object.name)) return false
  if (SURE_SHARE.test(object.name) || isPercent(object)) return lastOf(TOTAL, object.name) < 0
  return SHARE.test(object.name) && isShareByForm(object)
}

function isPercent({ units, described }: ObjectFact): boolean {
  return /%|per ?cent/i.test(units) || described.startsWith('%')
}

function isShareByForm(object: ObjectFact): boolean {
  return isPercent(object) || /(?:^|\D)100(?:00?)?$/.test(object.range)
}

function isBareGauge({ base, units, range }: ObjectFact): boolean {
  return base === 'G' && units === '' && range === ''
}

function isReading(object: ObjectFact): boolean {
  const isValue = (isNumeric(object) || object.base === 'S') && object.labels.length === 0
  return isValue && !BESIDE.test(object.name) && !EXTREME.test(object.name)
}
