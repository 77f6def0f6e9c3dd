import { readFileSync, statSync } from 'node:fs'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { plainText, textTable } from '@eyenet/shared/terminal'
import { Command } from 'commander'
import {
  type CompiledMibs,
  type CompiledModule,
  compileMibs,
  type FactTable,
  MAX_MIB_CHARACTERS,
  type MibFacts,
  type MibFile,
  type MibProblem,
  mibsIn,
  openMibFacts,
  removeUserModule,
  saveUserModules,
} from '../mib/mib.ts'
import { DEFAULT_DATA_FOLDER } from './data-folder.ts'
import { outputOf } from './output.ts'

type MibOptions = { readonly data: string; readonly json?: boolean }

/** `mib add|list|remove|name`: the user's MIB modules, and what an OID is. */
export function mibCommand(): Command {
  const mib = new Command('mib').description('add MIB files, and ask what an OID is')
  const add = mib
    .command('add')
    .description('compile MIB files and keep what they say; a newer one replaces an older one')
  withOptions(add.argument('<files...>', 'MIB files, SMIv1 or SMIv2, in any order')).action(addFiles)
  const list = mib.command('list').description('list the MIB modules that were added')
  withOptions(list).action(listModules)
  const remove = mib.command('remove').description('forget MIB modules that were added')
  withOptions(remove.argument('<modules...>', 'names as mib list prints them')).action(removeModules)
  const name = mib.command('name').description('say what OIDs are, or which OID a name has')
  withOptions(name.argument('<oids...>', 'such as 1.3.6.1.2.1.31.1.1.1.6.3 or IF-MIB::ifHCInOctets')).action(nameOids)
  return mib
}

const withOptions = (command: Command): Command =>
  command.option('--data <dir>', 'data folder of the agent', DEFAULT_DATA_FOLDER).option('--json', 'print JSON')

async function addFiles(files: readonly string[], options: MibOptions): Promise<void> {
  const userFolder = mibsIn(options.data)
  const mibs = await compileMibs(files.map(readMib), openMibFacts({ userFolder }))
  const kept = mibs.modules.filter((module) => module.records.length + module.types.length > 0)
  const output = outputOf(options)
  for (const problem of mibs.problems) output.remark(problemLine(problem))
  if (kept.length === 0) {
    const first = mibs.problems.find((problem) => problem.severity === 'error')
    throw new EyeNetError('invalid', `nothing was added: ${first ? problemLine(first) : 'the files define nothing'}`)
  }
  await save(userFolder, kept)
  output.result(
    { folder: userFolder, modules: kept.map(summaryOf), problems: mibs.problems, moreProblems: mibs.moreProblems },
    addedText(kept, mibs),
  )
}

async function save(folder: string, modules: readonly CompiledModule[]): Promise<void> {
  try {
    await saveUserModules(folder, modules)
  } catch (cause) {
    throw new EyeNetError('unavailable', `cannot write ${folder}: ${messageOf(cause)}`, { cause })
  }
}

function addedText(modules: readonly CompiledModule[], { problems, moreProblems }: CompiledMibs): string {
  const lines = modules.map(summaryOf).map(({ name, objects, types }) => `${name}: ${objects} objects, ${types} types`)
  const errors = problems.filter((problem) => problem.severity === 'error').length
  if (errors > 0)
    lines.push(`${errors} error${errors === 1 ? '' : 's'}: what is reported was left out, the rest was added.`)
  if (moreProblems > 0) lines.push(`${moreProblems} more problems are not shown.`)
  return lines.join('\n')
}

const summaryOf = ({ name, file, lastUpdated, records, types }: CompiledModule) => ({
  name,
  file,
  lastUpdated,
  objects: records.length,
  types: types.length,
})

const problemLine = ({ file, line, column, severity, message }: MibProblem): string =>
  plainText(`${file}:${line}:${column}: ${severity}: ${message}`)

/** Old MIBs are in Latin-1; a file that is no UTF-8 is read so. */
function readMib(name: string): MibFile {
  try {
    if (statSync(name).size > MAX_MIB_CHARACTERS)
      throw new EyeNetError('too_large', `${name} is larger than 16 MiB: no MIB is`)
    const bytes = readFileSync(name)
    const text = bytes.toString('utf8')
    return { name, text: text.includes('\uFFFD') ? bytes.toString('latin1') : text }
  } catch (cause) {
    if (cause instanceof EyeNetError) throw cause
    throw new EyeNetError('not_found', `cannot read ${name}: ${messageOf(cause)}`, { cause })
  }
}

async function listModules(options: MibOptions): Promise<void> {
  const facts = openMibFacts({ userFolder: mibsIn(options.data) })
  const tables = await facts.userModules()
  const problems = await facts.userProblems()
  const modules = tables.map((table) => ({ ...moduleOf(table), objects: table.size }))
  const rows = modules.map(({ name, lastUpdated, objects }) => [name, lastUpdated, String(objects)])
  const output = outputOf(options)
  for (const problem of problems) output.remark(plainText(problem))
  output.result(
    { modules, problems },
    rows.length === 0 ? 'No MIB modules were added.' : textTable([['module', 'last updated', 'objects'], ...rows]),
  )
}

const moduleOf = (table: FactTable) => table.modules[0] ?? { name: '', lastUpdated: '' }

async function removeModules(names: readonly string[], options: MibOptions): Promise<void> {
  const folder = mibsIn(options.data)
  for (const name of names)
    if (!(await removeUserModule(folder, name)))
      throw new EyeNetError('not_found', `the MIB module ${name} was not added: see mib list`)
  outputOf(options).result({ removed: names }, `Removed ${names.join(', ')}.`)
}

async function nameOids(words: readonly string[], options: MibOptions): Promise<void> {
  const facts = openMibFacts({ userFolder: mibsIn(options.data) })
  const named = await Promise.all(words.map((word) => describe(word, facts)))
  const rows = named.map(({ oid, name, fact }) => [
    oid,
    name,
    fact?.kind ?? '',
    fact?.tc || fact?.base || '',
    fact?.units ?? '',
  ])
  const answer = named.map(({ fact, ...rest }) => ({
    ...rest,
    ...(fact ? { fact: { ...fact, ...(fact.enums ? { enums: Object.fromEntries(fact.enums) } : {}) } } : {}),
  }))
  outputOf(options).result(answer, textTable([['oid', 'name', 'kind', 'type', 'units'], ...rows]))
}

async function describe(word: string, facts: MibFacts) {
  const oid = /^\.?\d+(\.\d+)*$/.test(word) ? word.replace(/^\./, '') : await oidOfWord(word, facts)
  const fact = (await facts.lookup(oid))?.fact
  return { oid, name: await facts.nameOid(oid), fact }
}

/** `IF-MIB::ifIndex.3`, `ifIndex.3` for standard MIBs. */
async function oidOfWord(word: string, facts: MibFacts): Promise<string> {
  const parts = /^(?:([\w-]+)::)?([\w-]+)((?:\.\d+)*)$/.exec(word)
  const oid = parts?.[2] === undefined ? undefined : await facts.oidOf(parts[2], parts[1])
  if (oid === undefined)
    throw new EyeNetError('not_found', `no OID is known for ${plainText(word)}: give 1.3.6... or MODULE::name`)
  return `${oid}${parts?.[3] ?? ''}`
}
