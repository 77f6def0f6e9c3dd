import { EyeNetError } from '@eyenet/shared/errors'
import type { FactAccess, FactBase, FactKind, FactStatus, FactType, RawFact, RawReference } from './fact.ts'
import type { FactModule } from './fact-columns.ts'
import type { Arcs } from './oid-arcs.ts'

/** Facts as a text with tabs, one record a line (format facts/1): what the shipped tables are made of. */
export type FactText = { readonly records: readonly RawFact[]; readonly modules: readonly FactModule[] }

const KINDS: Readonly<Record<string, FactKind>> = {
  s: 'scalar',
  c: 'column',
  t: 'table',
  r: 'row',
  n: 'notification',
  o: 'node',
  m: 'module',
  g: 'group',
}
const ACCESSES: Readonly<Record<string, FactAccess>> = {
  r: 'read-only',
  w: 'read-write',
  c: 'read-create',
  n: 'not-accessible',
  a: 'accessible-for-notify',
  o: 'write-only',
}
const STATUSES: Readonly<Record<string, FactStatus>> = { d: 'deprecated', x: 'obsolete' }
const BASES: Readonly<Record<string, FactBase>> = {
  I: 'INTEGER',
  U: 'Unsigned32',
  G: 'Gauge32',
  C: 'Counter32',
  D: 'Counter64',
  T: 'TimeTicks',
  A: 'IpAddress',
  S: 'OCTET STRING',
  O: 'OBJECT IDENTIFIER',
  B: 'BITS',
  Q: 'Opaque',
}

/** Parses a text in format facts/1. Throws `invalid` for anything else. */
export function parseFactText(text: string): FactText {
  const lines = text.split('\n')
  const start = lines.indexOf('D')
  if (!lines[0]?.startsWith('F\tfacts/1\t') || start < 0)
    throw new EyeNetError('invalid', 'this is no text in format facts/1')
  const modules: FactModule[] = []
  const enums: string[] = []
  const types: FactType[] = []
  for (const line of lines.slice(1, start)) {
    const [letter, one = '', two = '', three = '', four = '', five = ''] = line.split('\t')
    if (letter === 'M') modules.push({ name: one, lastUpdated: two })
    else if (letter === 'E') enums.push(one)
    else if (letter === 'T')
      types.push({
        base: BASES[one] ?? '',
        tc: two,
        hint: three,
        enums: four === '' ? '' : (enums[Number(four)] ?? ''),
        range: five,
      })
  }
  const records: RawFact[] = []
  let oid: Arcs = []
  let module = modules[0]?.name ?? ''
  for (const line of lines.slice(start + 1)) {
    const [step = '', letters = '', name, type = '', moduleNumber = '', units = '', references = '', quantity = ''] =
      line.split('\t')
    if (name === undefined) continue
    oid = nextOid(oid, step)
    if (moduleNumber !== '') module = modules[Number(moduleNumber)]?.name ?? module
    const ownType = type === '' ? undefined : types[Number(type)]
    records.push({
      oid,
      name,
      module,
      kind: KINDS[letters.charAt(0)] ?? 'node',
      access: ACCESSES[letters.charAt(1)] ?? '',
      status: STATUSES[letters.slice(1).replace(/^[rwcnao]/, '')] ?? 'current',
      ...(ownType ? { type: ownType } : {}),
      units,
      quantity,
      augments: references.startsWith('+'),
      references: references === '' ? [] : references.split(' ').map(reference),
    })
  }
  return { records, modules }
}

/** '' is the next sibling, `>` the first child, `2.5.1` cuts two numbers and appends the rest. */
function nextOid(oid: Arcs, step: string): Arcs {
  if (step === '') return [...oid.slice(0, -1), (oid.at(-1) ?? 0) + 1]
  if (step === '>') return [...oid, 1]
  const [cut = 0, ...added] = step.split('.').map(Number)
  return [...oid.slice(0, oid.length - cut), ...added]
}

function reference(word: string): RawReference {
  const implied = word.startsWith('*')
  return { target: word.replace(/^[*+]/, '').replace(/^\./, ''), implied }
}
