import type { MibFacts } from './open-mib-facts.ts'

/** An OID out of digits, `ifTable` or `IF-MIB::ifDescr.3`; undefined for what no known MIB defines. */
export async function oidOfText(given: string, mib: Pick<MibFacts, 'oidOf'>): Promise<string | undefined> {
  const plain = given.replace(/^\./, '')
  if (/^[0-2](?:\.\d{1,10}){1,127}$/.test(plain)) return plain
  const [, module, name = '', index = ''] =
    /^(?:([\w-]{1,64})::)?([\w-]{1,64})((?:\.\d{1,10}){0,127})$/.exec(plain) ?? []
  const found = module === undefined ? await mib.oidOf(name) : await mib.oidOf(name, module)
  return found === undefined ? undefined : found + index
}
