import type { SurveyResult, SurveySensor } from '../survey-result.ts'

/** The number that the device has for an instance. */
export type RawOf = (oid: string) => number | undefined

const MOST_COMMENT = 60

/** A first profile out of what rules found on one device: to be read, named and pruned by someone who knows the device. */
export function draftProfile({ device, sensors, suggestions }: SurveyResult, rawOf: RawOf): string {
  const lines = [
    '# Drafted from one device. Check each kind and scale, name what matters, delete the rest.',
    `match: { sysObjectId: ${familyRoot(device.sysObjectId ?? '')} }`,
    'identity:',
    `  vendor: ${quoted(device.vendor ?? 'unknown')}`,
    `  os: ${quoted(device.os ?? 'unknown')}`,
    'sensors:',
  ]
  for (const [list, isSuggested] of [
    [sensors, false],
    [suggestions, true],
  ] as const) {
    for (const [entry, columns] of byTable(list)) lines.push(...tableLines(entry, columns, { rawOf, isSuggested }))
  }
  return `${lines.join('\n')}\n`
}

/** `1.3.6.1.4.1.9.1` of `1.3.6.1.4.1.9.1.634`: models count in the last place. */
function familyRoot(sysObjectId: string): string {
  const arcs = sysObjectId.split('.')
  return arcs.length > 8 ? arcs.slice(0, -1).join('.') : sysObjectId
}

type Columns = ReadonlyMap<string, readonly SurveySensor[]>

/** Sensors by the object above their column, and by column: what stands before the last part of an index of one. */
function byTable(sensors: readonly SurveySensor[]): ReadonlyMap<string, Columns> {
  const tables = new Map<string, Map<string, SurveySensor[]>>()
  for (const sensor of sensors) {
    const arcs = (sensor.oid ?? '').split('.')
    if (arcs.length < 3) continue
    const isScalar = arcs.at(-1) === '0'
    const entry = isScalar ? 'scalars' : arcs.slice(0, -2).join('.')
    const column = isScalar ? arcs.join('.') : (arcs.at(-2) ?? '')
    const columns = tables.get(entry) ?? new Map<string, SurveySensor[]>()
    tables.set(entry, columns)
    columns.set(column, [...(columns.get(column) ?? []), sensor])
  }
  return tables
}

function tableLines(
  entry: string,
  columns: Columns,
  { rawOf, isSuggested }: { rawOf: RawOf; isSuggested: boolean },
): readonly string[] {
  const isScalars = entry === 'scalars'
  const lines = isScalars ? ['  - scalars:'] : [`  - table: ${entry}`, "    name: '{index}'", '    columns:']
  for (const [column, [first]] of columns) {
    if (first === undefined) continue
    const told = `${first.kind}${scaleText(first, rawOf)}${isScalars ? ` ${first.name}` : ''}`
    const remark = `${first.evidence}; ${first.name} = ${first.value}`
      .replace(/[^\x20-\x7e]/g, '?')
      .slice(0, MOST_COMMENT)
    lines.push(`      ${column}: ${quoted(told)} # ${remark}`)
  }
  if (isSuggested) lines.push('    suggested: true')
  return lines
}

function scaleText({ value, oid }: SurveySensor, rawOf: RawOf): string {
  const raw = rawOf(oid ?? '')
  if (raw === undefined || raw === 0 || value === 0 || raw === value) return ''
  const power = Math.log10(Math.abs(raw / value))
  const rounded = Math.round(power)
  if (Math.abs(power - rounded) > 0.001 || rounded === 0) return ''
  return rounded > 0 ? `/${10 ** rounded}` : `*${10 ** -rounded}`
}

function quoted(text: string): string {
  return /^[A-Za-z0-9][\w ./*()-]*$/.test(text) && !/ $/.test(text) ? text : `'${text.replace(/'/g, "''")}'`
}
