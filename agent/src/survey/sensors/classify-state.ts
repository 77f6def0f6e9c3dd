import type { StateRule } from './column-rule.ts'
import { wordsOf } from './name-words.ts'
import type { ObjectFact } from './object-fact.ts'

const GOOD =
  /^(ok|okay|normal|good|online|on-?line|up|operational|present|active|healthy|running|on|ready|working|on ?battery|connected|cleared|noalarm|no-?error|inrange|true|closed|standby|master|primary|optimal|nofault|functional|green|success)$/i
const GOOD_WORDS =
  /\b(ok|normal|good|healthy|online|clear(ed)?|nominal|in service|floating|resting|charging|match|operational|running|present|active|powered on|no (alarm|fault|error)s?|in range|inrange|closed?|connected|pass(ed)?|fine|in operation|working|power ?on|energized|no smoke|not breached|on|synchronized|enabled|up)\b/
const BAD =
  /fail|fault|bad|error|alarm|crit|warn|offline|off-?line|down|degrad|absent|missing|notpresent|not-?present|abnormal|shutdown|nonoper|disconnect|inactive|lost|off$|stopped|false|open|slave|backup|red$|raised|not-?install|unplugged/i
const BAD_WORDS =
  /\b(weak|replace|needs? \w+|invalid|discharging|mismatch|high|faulty|overloaded|low|not (active|present|ok|connected|running|installed|powered|synchronized)|un\w+ed|bypass|battery|overload|depleted|short|empty|critical|major|minor|disabled|failed?|idle|paused|blocked|removed|stop|stopped|abnormity|outofrange|out of range|detected|breached|notenergized|over temp|power ?off|off|lost)\b/
const STATE_WORDS =
  /\b(status|state|health|condition|alarm|fault|failure|present|presence|redundancy|oper|severity|result)\b/
const SETTING_WORDS =
  /\b(admin|enabled?|control|config|cfg|mode|trap|action|command|reset|row|entry|type|class|ack|notif\w*|severity level|lock|policy|direction|protocol)\b/
const HARDWARE_WORDS =
  /\b(psu?|power|pwr|fan|fans|temp\w*|sensor|batt?\w*|supply|chassis|disk|drive|raid|ups|env\w*|alarm|hw|hardware|health|condition|module|redundan\w*|ha|cluster|stack|failover|voltage|input|output|outlet|breaker|phase|door|contact|cooling|unit|system|controller|enclosure|cpu|memory|battery|array|volume|pdu|sync\w*|gps|rectifier|generator|node|slot|card)\b/
/** What stands in tables of thousands: known elsewhere, or of no interest as a sensor. */
const TRAFFIC_WORDS =
  /\b(if|port|interface|session|peer|neighbor|vlan|lag|ospf|bgp|isis|mpls|tunnel|lsp|arp|route|stp|dot \d|acl|dhcp|radius|igmp|lldp|user|client|ap|wlan|dsl|adsl|sap|sdp|lsa|mac|vrrp|cfm|svc)\b/
const SURELY_HARDWARE = /\b(psu|fan|temp\w*|sensor|supply|battery)\b/
const ANY_PART =
  /\b(ok|online|up|alarms?|faults?|fail\w*|connected|active|present|status|state|running|error|healthy|health)$/
const SETTING_ANYWHERE = /^(is|has|use|was|th|thr|thresh\w*|removable|capable|supported|installed|configured)$/
const MAX_LABELS = 48

/** Whether an enumeration is the state of a part: labels good and bad, and words that say what it is the state of. */
export function classifyState(fact: ObjectFact): StateRule | undefined {
  if (fact.labels.length === 0) return classifyPlainState(fact)
  if (fact.base !== 'I' || fact.labels.length < 2 || fact.labels.length > MAX_LABELS || fact.access !== 'r') {
    return undefined
  }
  if (/RowStatus|StorageType|EntryStatus|InetAddressType|ifType/i.test(fact.tc)) return undefined
  if (/^1\.3\.6\.1\.2\.1\.(?!33\.)/.test(fact.oid)) return undefined
  const words = wordsOf(fact.name)
  const joined = words.join(' ')
  const isState = STATE_WORDS.test(joined) || /\b(output|power|input) source$/.test(joined)
  if (SETTING_WORDS.test(joined) || (!saysGoodAndBad(fact) && !(fact.kind === 'scalar' && isState))) return undefined
  if (words.some((word) => SETTING_ANYWHERE.test(word))) return undefined
  if (fact.kind === 'column' && /^(TruthValue|Boolean|BoolValue)$/i.test(fact.tc) && !ANY_PART.test(joined))
    return undefined
  if (/\b(previous|last|prev)\b/.test(joined)) return undefined
  const isHardware = HARDWARE_WORDS.test(joined)
  if (fact.kind === 'column' && TRAFFIC_WORDS.test(joined) && !SURELY_HARDWARE.test(joined)) return undefined
  const isSetting = !isState && labelsOf(fact).every((label) => SWITCHED.test(label))
  return { rule: 'state', isSure: isState && isHardware, isSetting, evidence: 'state labels' }
}

/** Labels of a switch that somebody sets: `on`, `buzzerDisabled`. */
const SWITCHED = /^(\w+ )?(on|off|enabled?|disabled?|auto|manual|yes|no)$/

function labelsOf({ labels }: ObjectFact): readonly string[] {
  return labels.map(([, label]) => wordsOf(label).join(' '))
}

const PLAIN_STATE = /^(status|state|condition|health)$/

/** A number without labels that its name calls a state of hardware. */
function classifyPlainState(fact: ObjectFact): StateRule | undefined {
  const words = wordsOf(fact.name)
  const joined = words.join(' ')
  if (
    !'IUG?'.includes(fact.base) ||
    fact.base === '' ||
    fact.access !== 'r' ||
    fact.units !== '' ||
    fact.described !== ''
  )
    return undefined
  if (!PLAIN_STATE.test(words.at(-1) ?? '') || !HARDWARE_WORDS.test(joined)) return undefined
  if (SETTING_WORDS.test(joined) || words.some((word) => SETTING_ANYWHERE.test(word))) return undefined
  if (TRAFFIC_WORDS.test(joined) && !SURELY_HARDWARE.test(joined)) return undefined
  return { rule: 'state', isSure: true, evidence: 'guessed from name' }
}

const YES_OR_NO = /^(yes|no|true|false|on|off|active|inactive|not-?active|set|clear|none|raised)$/i
const TROUBLE =
  /\b(fail\w*|fault\w*|alarms?|low|aged|not present|over\w*|error|problem|trouble|leak|smoke|water|lost|loss)\b/

function saysGoodAndBad(fact: ObjectFact): boolean {
  const { labels } = fact
  if (labels.every(([, label]) => YES_OR_NO.test(label)) && TROUBLE.test(wordsOf(fact.name).join(' '))) return true
  const plain = labels.map(([, label]) => ({ label, words: wordsOf(label).join(' ') }))
  const isGood = plain.some(({ label, words }) => GOOD.test(label) || GOOD_WORDS.test(words))
  return isGood && plain.some(({ label, words }) => BAD.test(label) || BAD_WORDS.test(words))
}
