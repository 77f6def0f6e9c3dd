import { setImmediate } from 'node:timers/promises'
import type { SurveyReader } from '../reader.ts'
import type { SurveySensor } from '../survey-result.ts'
import type { SurveySoFar, SurveySource } from '../survey-source.ts'
import { type Candidate, classifyGroup, modulePrefixes } from './classify-group.ts'
import type { FactSource, ObjectGroup } from './object-fact.ts'
import { columnsFor, type Finding, type RowNames, sensorsIn } from './read-table.ts'
import { settle } from './settle.ts'

/** Enterprises whose numbers say what a computer does: the standard part of a survey reads them, but for what is here. */
const READ_ELSEWHERE: ReadonlyMap<number, readonly string[]> = new Map([
  [2021, ['1.3.6.1.4.1.2021.13.16.2.', '1.3.6.1.4.1.2021.13.16.3.']],
  [8072, []],
])
/** Standard MIBs with sensors in them. */
const STANDARD_ROOTS = ['1.3.6.1.2.1.33.', '1.3.6.1.2.1.99.', '1.3.6.1.2.1.105.']
/** One question asks for some thirty subtrees; above this, branches are asked for before tables. */
const ASK_BRANCHES_ABOVE = 60
/** Arcs of a branch: `1.3.6.1.4.1.9.9.13`. */
const BRANCH_ARCS = 9
/** Rows of one table. A chassis with more optical lanes than this is read in part. */
const MAX_ROWS = 2_000
/** Enterprises whose candidates are kept: each is some kilobytes, and a site has few vendors. */
const MAX_KEPT = 64

/** Groups classified before others get their turn: the largest enterprises take some tenths of a second. */
const GROUPS_AT_ONCE = 100

type CandidateGroup = { readonly group: ObjectGroup; readonly candidates: readonly Candidate[] }

/** Sensors of any device by rules over the facts of its MIBs, without a profile. */
export function sensorsByFacts(facts: FactSource): SurveySource {
  // Promises, so that many devices of one vendor that are surveyed together wait for one piece of work.
  const kept = new Map<number | 'std', Promise<readonly CandidateGroup[]>>()
  const groupsOf = (enterprise: number | 'std'): Promise<readonly CandidateGroup[]> => {
    const known = kept.get(enterprise)
    if (known !== undefined) return known
    const found = facts.groups(enterprise).then((groups) => candidateGroups(groups, enterprise))
    if (kept.size >= MAX_KEPT) kept.clear()
    kept.set(enterprise, found)
    // What failed is tried again with the next device.
    found.catch(() => kept.delete(enterprise))
    return found
  }
  return async (reader, soFar) => {
    const enterprises = (await reader.enterprises()).filter((number) => READ_ELSEWHERE.get(number)?.length !== 0)
    const findings: Finding[] = []
    for (const enterprise of ['std', ...enterprises] as const) {
      const wanted = (await groupsOf(enterprise)).filter(({ group }) => !isIgnored(group.oid, soFar.ignores))
      for (const found of await presentGroups(reader, wanted)) {
        findings.push(...(await readGroup(reader, found, soFar)))
      }
    }
    const settled = settle(findings.filter(({ sensor }) => !isIgnored(sensor.oid ?? '', soFar.ignores)))
    return { sensors: sensorsOf(settled, true), suggestions: sensorsOf(settled, false) }
  }
}

function sensorsOf(findings: readonly Finding[], isSure: boolean): readonly SurveySensor[] {
  return findings.filter((finding) => finding.isSure === isSure).map(({ sensor }) => sensor)
}

function isIgnored(oid: string, ignores: readonly string[] = []): boolean {
  return ignores.some((root) => oid === root || oid.startsWith(`${root}.`))
}

async function candidateGroups(
  groups: readonly ObjectGroup[],
  enterprise: number | 'std',
): Promise<readonly CandidateGroup[]> {
  const prefixes = modulePrefixes(groups)
  const roots = enterprise === 'std' ? STANDARD_ROOTS : READ_ELSEWHERE.get(enterprise)
  const found: CandidateGroup[] = []
  for (const [at, group] of groups.entries()) {
    if (at % GROUPS_AT_ONCE === GROUPS_AT_ONCE - 1) await setImmediate()
    if (roots !== undefined && !roots.some((root) => group.oid.startsWith(root))) continue
    const candidates = classifyGroup(group, prefixes)
    if (candidates.length > 0) found.push({ group, candidates })
  }
  return found
}

async function presentGroups(
  reader: SurveyReader,
  groups: readonly CandidateGroup[],
): Promise<readonly CandidateGroup[]> {
  let asked = groups
  if (asked.length > ASK_BRANCHES_ABOVE) {
    const branchOf = ({ group }: CandidateGroup): string => group.oid.split('.').slice(0, BRANCH_ARCS).join('.')
    const branches = await reader.present([...new Set(asked.map(branchOf))])
    asked = asked.filter((one) => branches.has(branchOf(one)))
  }
  const present = await reader.present(asked.map(({ group }) => group.oid))
  return asked.filter(({ group }) => present.has(group.oid))
}

async function readGroup(
  reader: SurveyReader,
  { group, candidates }: CandidateGroup,
  soFar: SurveySoFar,
): Promise<readonly Finding[]> {
  const columns = columnsFor(candidates)
  if (group.kind === 'table') {
    const rows = await reader.table(
      columns.map(({ oid }) => oid),
      MAX_ROWS,
    )
    return sensorsIn(candidates, { columns, rows }, rowNames(group, soFar))
  }
  const got = await reader.scalars(columns.map(({ oid }) => `${oid}.0`))
  const row = { index: '0', values: columns.map(({ oid }) => got.get(`${oid}.0`)) }
  return sensorsIn(candidates, { columns, rows: [row] }, () => undefined)
}

/** Names by the first part of the index, where that is an interface or a physical entity. */
function rowNames({ index }: ObjectGroup, { interfaces, inventory }: SurveySoFar): RowNames {
  const first = index[0] ?? ''
  const key = (suffix: string): number => Number(suffix.split('.')[0])
  if (/ifIndex$|PortIndex$|IfIndex$/.test(first)) {
    const names = new Map(interfaces.map(({ ifIndex, name, descr }) => [ifIndex, name || descr]))
    return (suffix) => names.get(key(suffix))
  }
  if (/entPhysicalIndex$|EntityIndex$/i.test(first)) {
    const names = new Map(inventory.map((part) => [part.index, part.name || part.descr || '']))
    return (suffix) => names.get(key(suffix))
  }
  return () => undefined
}
