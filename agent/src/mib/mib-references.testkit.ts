import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Public MIB modules and their facts, kept beside a checkout and not in it; tests that need them are skipped without. */
const folder = join(fileURLToPath(new URL('../../../', import.meta.url)), '..', 'shared', 'mibs')

export const REFERENCE_FACTS = join(folder, 'facts')
export const REFERENCE_SAMPLES = join(folder, 'samples')
export const haveReferences = existsSync(join(REFERENCE_FACTS, 'std.tsv')) && existsSync(REFERENCE_SAMPLES)
