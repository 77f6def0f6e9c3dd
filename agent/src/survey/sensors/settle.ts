import { wordsOf } from './name-words.ts'
import type { Finding } from './read-table.ts'

/** A row with more states than this has one that sums them up. */
const STATES_PER_ROW = 2
/** Rows with the same raw power level: the number stands for "no light", not for a measurement. */
const SAME_LEVEL_ROWS = 4

/** What is enabled by itself, after all readings of the device are known. */
export function settle(findings: readonly Finding[]): readonly Finding[] {
  const rows = new Map<string, Finding[]>()
  const levels = new Map<string, number>()
  for (const finding of findings) {
    if (finding.sensor.kind === 'state') pushTo(rows, rowKey(finding), finding)
    if (finding.sensor.kind === 'dbm') levels.set(levelKey(finding), (levels.get(levelKey(finding)) ?? 0) + 1)
  }
  const alive = rowsThatMeasure(findings)
  const idle = idleRows(findings)
  const spare = new Set<Finding>(repeated(findings))
  for (const states of rows.values()) {
    if (states.length <= STATES_PER_ROW) continue
    const ranked = [...states].sort((a, b) => rank(a) - rank(b))
    for (const state of ranked.slice(STATES_PER_ROW)) spare.add(state)
  }
  return findings.map((finding) => {
    const isConstant = isNoLevel(finding) && (levels.get(levelKey(finding)) ?? 0) >= SAME_LEVEL_ROWS
    if (idle.has(rowKey(finding))) return { ...finding, isSure: false }
    if (!isUnlikely(finding) && isIdle(finding) && alive.has(rowKey(finding))) return { ...finding, isSure: true }
    const isDoubtful = spare.has(finding) || isConstant || isUnlikely(finding)
    return isDoubtful && finding.isSure ? { ...finding, isSure: false } : finding
  })
}

/** Words by which two objects for one measurement differ. */
const FORM_WORDS =
  /^(avg|average|cur|int|integer|str|string|pkt|[fcx]|dec|decimal|float|value|val|raw|hp|prec|high|tenths?|ten|10)$/
const SAME_WITHIN = 0.02

/** The same measurement in another form: as text beside a number, in Fahrenheit beside Celsius. */
function repeated(findings: readonly Finding[]): readonly Finding[] {
  const first = new Map<string, number>()
  return findings.filter(({ sensor, fact }) => {
    if (sensor.kind === 'state' || sensor.value === 0) return false
    const stem = wordsOf(fact.name).filter((word) => !FORM_WORDS.test(word))
    const key = `${sensor.kind} ${stem.join(' ')} ${sensor.oid?.slice(fact.oid.length) ?? ''}`
    const known = first.get(key)
    if (known === undefined) first.set(key, sensor.value)
    return known !== undefined && Math.abs(known - sensor.value) <= Math.abs(known) * SAME_WITHIN
  })
}

/** Rows in which something is measured, so that a current of zero there is a measurement too. */
function rowsThatMeasure(findings: readonly Finding[]): ReadonlySet<string> {
  const measuring = findings.filter(({ sensor }) => sensor.value > 0 && sensor.kind !== 'state')
  return new Set(measuring.map(rowKey))
}

/** Two power strips of a cabinet have so many outlets; a longer table lists those of many. */
const FEW_ROWS = 96

/** Outlets and ports of a large table through which nothing flows: nobody wants a hundred times the same mains voltage. */
function idleRows(findings: readonly Finding[]): ReadonlySet<string> {
  const flows = new Map<string, boolean>()
  const perTable = new Map<string, Set<string>>()
  const seen = new Map<string, number>()
  for (const finding of findings) {
    const { kind, value } = finding.sensor
    seen.set(rowKey(finding), (seen.get(rowKey(finding)) ?? 0) + 1)
    if (finding.fact.kind !== 'column' || (kind !== 'current' && kind !== 'power')) continue
    const key = rowKey(finding)
    flows.set(key, value !== 0 || flows.get(key) === true)
    const table = key.slice(0, key.indexOf(':'))
    perTable.set(table, (perTable.get(table) ?? new Set()).add(key))
  }
  const large = [...perTable.values()].filter((rows) => rows.size > FEW_ROWS)
  return new Set(
    large.flatMap((rows) => [...rows].filter((key) => flows.get(key) === false && (seen.get(key) ?? 0) > 1)),
  )
}

function isIdle({ sensor, fact }: Finding): boolean {
  return (sensor.kind === 'current' || sensor.kind === 'power') && sensor.value === 0 && fact.kind === 'column'
}

function isNoLevel({ sensor: { kind, value } }: Finding): boolean {
  return kind === 'dbm' && ((value >= -1 && value < 0.1) || value < -45)
}

/** Readings that are right mostly, and yet seldom what an operator wants to see. */
function isUnlikely({ sensor, fact }: Finding): boolean {
  const { kind, value } = sensor
  if ((kind === 'voltage' || kind === 'current') && value < 0) return true
  if (kind === 'power_consumed' && fact.kind === 'column') return sensor.evidence !== 'type column'
  if (kind === 'temperature' && value < -15) return true
  if (kind === 'charge' || kind === 'power_factor' || kind === 'snr') return false
  if (kind === 'power' && /\b(q|s|va|var|kva|apparent|reactive)$/.test(wordsOf(fact.name).join(' '))) return true
  return kind === 'bitrate' && value === 0
}

function rank({ fact }: Finding): number {
  const words = wordsOf(fact.name)
  const last = words.at(-1) ?? ''
  const order = ['condition', 'health', 'status', 'state'].indexOf(last)
  return words.length + (order < 0 ? 4 : order) + (/oper|health/i.test(fact.name) ? -2 : 0)
}

function rowKey({ sensor, fact }: Finding): string {
  const table = fact.oid.slice(0, fact.oid.lastIndexOf('.'))
  return fact.kind === 'column' ? `${table}:${sensor.oid?.slice(fact.oid.length) ?? ''}` : `${fact.oid}`
}

function levelKey({ sensor, fact }: Finding): string {
  return `${fact.oid} ${sensor.value}`
}

function pushTo(rows: Map<string, Finding[]>, key: string, finding: Finding): void {
  const row = rows.get(key)
  if (row === undefined) rows.set(key, [finding])
  else row.push(finding)
}
