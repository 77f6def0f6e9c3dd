import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { decodeFacts } from './decode-facts.ts'
import { FactTable } from './fact-table.ts'

export const FACTS_SUFFIX = '.facts.br'
const MODULE_INDEX = 'modules.tsv.br'
/** The largest shipped table has 3 MB; a small file must not unpack to all of memory. */
const MAX_UNPACKED = 128 * 1024 * 1024

const unpack = promisify(brotliDecompress)

/** Names of the tables in a folder; none where there is no such folder. */
export function tablesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(FACTS_SUFFIX))
      .map((name) => name.slice(0, -FACTS_SUFFIX.length))
      .sort()
  } catch {
    return []
  }
}

/** Reads one table. Throws `invalid` with the file's name where it is damaged. */
export async function readTable(folder: string, table: string): Promise<FactTable> {
  const file = join(folder, `${table}${FACTS_SUFFIX}`)
  try {
    return new FactTable(decodeFacts(await unpack(await readFile(file), { maxOutputLength: MAX_UNPACKED })))
  } catch (cause) {
    throw new EyeNetError('invalid', `cannot read the MIB facts in ${file}: ${messageOf(cause)}`, { cause })
  }
}

/** Module name to the tables that have its objects; empty without an index. */
export async function readModuleIndex(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const homes = new Map<string, string[]>()
  const packed = await readFile(join(folder, MODULE_INDEX)).catch(() => undefined)
  if (packed === undefined) return homes
  const text = (await unpack(packed, { maxOutputLength: MAX_UNPACKED })).toString('utf8')
  for (const line of text.split('\n')) {
    const [module = '', table = ''] = line.split('\t')
    const tables = homes.get(module)
    if (tables) tables.push(table)
    else if (module !== '') homes.set(module, [table])
  }
  return homes
}
