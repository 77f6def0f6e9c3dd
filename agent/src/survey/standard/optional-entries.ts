import { type EntryRow, readEntries } from '../entry-rows.ts'
import type { SurveyReader } from '../reader.ts'

const ENTERPRISE = /^1\.3\.6\.1\.4\.1\.(\d{1,10})\./
/** `SurveyReader.enterprises` counts no further: beyond it nobody knows what there is. */
const MOST_ENTERPRISES_KNOWN = 24

/**
 * Which of these tables the device has. Vendors' tables are asked for only where the device has anything of that
 * vendor; the rest costs a question for some thirty.
 */
export async function tablesThere(reader: SurveyReader, entries: readonly string[]): Promise<ReadonlySet<string>> {
  const enterprises = await reader.enterprises()
  const isKnown = enterprises.length > 0 && enterprises.length < MOST_ENTERPRISES_KNOWN
  const isPossible = (entry: string): boolean => {
    const enterprise = ENTERPRISE.exec(entry)?.[1]
    return enterprise === undefined || !isKnown || enterprises.includes(Number(enterprise))
  }
  return reader.present(entries.filter(isPossible))
}

/** Columns of a table that most devices lack. No walk is spent where it is absent. */
export async function readOptional<Name extends string>(
  reader: SurveyReader,
  entry: string,
  columns: Readonly<Record<Name, number>>,
): Promise<readonly EntryRow<Name>[]> {
  return (await tablesThere(reader, [entry])).has(entry) ? readEntries(reader, entry, columns) : []
}
