import type { SurveyReader } from '../reader.ts'
import type { ObjectFact, ObjectGroup } from '../sensors/object-fact.ts'
import { isRowName } from './resource-words.ts'

export const EVIDENCE = 'guessed from name'
/** More rows than this are processes or sessions, not processors. */
export const MOST_ROWS = 64
/** A chassis lists its parts in one table, processors among them. */
export const MOST_READ = 512
/** What is asked for; a vendor with more groups than this names everything after its processors. */
const MOST_GROUPS = 600
const MOST_OBJECTS = 400
const LONGEST_NAME = 80

/** A group of MIB objects with those that may be readings, and the column that names its rows. */
export type Candidate = ObjectGroup & {
  readonly rowName: ObjectFact | undefined
  /** Every column is about processors, so that a row at zero is one too. */
  readonly isOfProcessors: boolean
}

/** Groups that have such objects. */
export function candidates(
  groups: readonly ObjectGroup[],
  test: (object: ObjectFact) => boolean,
): readonly Candidate[] {
  return groups
    .map((group) => ({
      ...group,
      objects: group.objects.filter(test),
      rowName: group.kind === 'table' ? group.objects.find(isRowName) : undefined,
      isOfProcessors: group.objects.every(({ name }) => /cpu|processor|core/i.test(name)),
    }))
    .filter(({ objects }) => objects.length > 0)
}

/** Groups that the device has, with those of their objects that it has. */
export async function presentIn(reader: SurveyReader, groups: readonly Candidate[]): Promise<readonly Candidate[]> {
  const some = groups.slice(0, MOST_GROUPS)
  const there = await reader.present(some.map(({ oid }) => oid))
  const asked = some.filter(({ oid }) => there.has(oid))
  const oids = asked.flatMap(({ objects }) => objects.map(({ oid }) => oid))
  const present = await reader.present(oids.slice(0, MOST_OBJECTS))
  return asked
    .map((group) => ({ ...group, objects: group.objects.filter(({ oid }) => present.has(oid)) }))
    .filter(({ objects }) => objects.length > 0)
}

/** What the device calls a row, else a word with its index. */
export function nameOf(word: string, { kind }: Candidate, row: { index: string; said: string }): string {
  if (row.said !== '' && row.said.length <= LONGEST_NAME) return row.said
  return kind === 'scalars' ? word : `${word} ${row.index}`
}
