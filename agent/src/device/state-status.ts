/** How a part is: 0 fine, 1 to be looked at, 2 bad. */
export type Status = 0 | 1 | 2

const BAD =
  /\b(fail(ed|ure|ing)?|fault(y|ed)?|critical|error(ed|s)?|down|offline|bad|shut ?down|nonrecoverable|non recoverable|unrecoverable|emergency|dead|lost|malfunction(ing)?|broken|damaged|alarm|alarmed|overheat(ed|ing)?|empty battery|missing|jam(med)?|crit|severe|major|predictive failure|not ok|not operational|not responding|not functioning|out of order|stopped|blown|tripped)\b/
const DOUBTFUL =
  /\b(warn(ing)?|degraded|minor|non critical|noncritical|marginal|rebuilding|abnormal|on battery|discharging|bypass|attention|caution|replace|low|high|limited|partial|unstable|testing|overload(ed)?|not charging|not present but expected|mismatch|incompatible|unsupported)\b/
const FINE =
  /\b(ok|okay|normal|online|good|up|operational|operating|active|enabled|running|healthy|functional|functioning|charged|charging|full|nominal|on|ready|optimal|present|connected|in service|working|pass(ed)?|clear(ed)?|available|idle|closed|green|no (error|fault|alarm|failure|problem)s?|standby|on line|online protection|floating|resting|master|secondary|primary|synced|synchroni[sz]ed|locked|installed|supported|inactive alarm)\b/
/** Words that say neither: nobody knows, or nothing is there. */
const NEITHER =
  /\b(unknown|other|not (present|installed|applicable|available|supported|used|configured|inserted|equipped|monitored|known|specified)|absent|unavailable|none|n\/?a|undefined|vacant|disabled|unused|unconfigured|unspecified)\b/
const DENIED_BAD =
  /\b(no|not|non|without|un|in) (fail(ed|ure)?|fault(y|ed)?|error|alarm(ed)?|critical|warning|problem|defect)s?\b/

/** What the word of a state says about the part; undefined where it says neither. The words are those of the MIB or profile. */
export function statusOfWord(word: string): Status | undefined {
  const text = plain(word)
  if (text === '' || NEITHER.test(text)) return undefined
  if (DENIED_BAD.test(text) && !/\bnon critical\b/.test(text)) return 0
  if (/\bnon critical\b|\bnoncritical\b/.test(text)) return 1
  if (BAD.test(text)) return 2
  if (DOUBTFUL.test(text)) return 1
  return FINE.test(text) ? 0 : undefined
}

/** `notOK(3)` and `power_supply-failed` as words in small letters. */
function plain(word: string): string {
  return word
    .slice(0, 100)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[_\-./,;:()]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase()
}

export type Limits = { readonly low?: number | undefined; readonly high?: number | undefined }

/** How a number is by its limits; undefined where it has none, or none that make sense. */
export function statusByLimits(value: number, { low, high }: Limits): Status | undefined {
  if (low === undefined && high === undefined) return undefined
  if (low !== undefined && high !== undefined && low >= high) return undefined
  return (low !== undefined && value < low) || (high !== undefined && value > high) ? 1 : 0
}
