import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { type MibFile, NewMibs } from '@eyenet/shared/api'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { epochMs } from '@eyenet/shared/identity'
import { plainText, textTable } from '@eyenet/shared/terminal'
import { Command } from 'commander'
import { DEFAULT_DATA_FOLDER, withDatabase } from './data-folder.ts'
import { outputOf } from './output.ts'

type MibOptions = { readonly data: string; readonly json?: boolean }

const ACTOR = { name: 'cli', address: 'local' }
const now = () => epochMs(Date.now())

/** `mib add|list|remove`: MIB files for all agents. */
export function mibCommand(): Command {
  const mib = new Command('mib').description('MIB files for all agents')
  const add = mib.command('add').description('add MIB files; a running server sends them to its agents within seconds')
  withOptions(add.argument('<files...>', 'MIB files; those that import each other together')).action(addFiles)
  const list = mib.command('list').description('list the files, and what agents made of them')
  withOptions(list).action(listFiles)
  const remove = mib.command('remove').description('forget files; agents keep what they have compiled')
  withOptions(remove.argument('<names...>', 'names as mib list prints them')).action(removeFiles)
  return mib
}

/** The code of other rooms, which other commands need not wait for. */
const rooms = async () => ({ ...(await import('../auth/auth.ts')), ...(await import('../fleet/fleet.ts')) })

const withOptions = (command: Command): Command =>
  command
    .option('--data <dir>', 'data folder of the server, running or not', DEFAULT_DATA_FOLDER)
    .option('--json', 'print JSON')

async function addFiles(paths: readonly string[], options: MibOptions): Promise<void> {
  const wanted = NewMibs.safeParse({ files: paths.map(readMib) })
  if (!wanted.success) throw new EyeNetError('invalid', faultOf(wanted.error.issues[0], paths))
  const { files } = wanted.data
  const { localAudit, MibLibrary } = await rooms()
  await withDatabase(options.data, async (db) => {
    await new MibLibrary(db, now).add(files, ACTOR.name)
    await localAudit(db).record(ACTOR, 'mib.add', files.map((one) => one.name).join(', '))
  })
  const output = outputOf(options)
  output.result({ added: files.map((one) => one.name) }, `added ${files.length} file${files.length === 1 ? '' : 's'}`)
  output.remark('Agents that are connected get them within seconds: mib list says what they made of them.')
}

function faultOf(
  issue: { path: readonly PropertyKey[]; message: string } | undefined,
  paths: readonly string[],
): string {
  const [, at] = issue?.path ?? []
  const about = typeof at === 'number' ? `${paths[at] ?? ''}: ` : ''
  return `${about}${issue?.message ?? 'not MIB files'}`
}

/** More than any MIB; a larger file is refused before it is read. */
const MAX_FILE_BYTES = 8 * 1024 * 1024

/** Old MIBs are in Latin-1; a file that is no UTF-8 is read so. */
function readMib(path: string): NewMibs['files'][number] {
  try {
    if (statSync(path).size > MAX_FILE_BYTES)
      throw new EyeNetError('too_large', `${path} is larger than 8 MiB: no MIB is`)
    const bytes = readFileSync(path)
    const text = bytes.toString('utf8')
    return { name: basename(path), text: text.includes('\uFFFD') ? bytes.toString('latin1') : text }
  } catch (cause) {
    if (cause instanceof EyeNetError) throw cause
    throw new EyeNetError('not_found', `cannot read ${path}: ${messageOf(cause)}`, { cause })
  }
}

async function listFiles(options: MibOptions): Promise<void> {
  const { MibLibrary } = await rooms()
  const files = await withDatabase(options.data, (db) => new MibLibrary(db, now).list())
  const output = outputOf(options)
  for (const line of files.flatMap(problemLines)) output.remark(line)
  const rows = files.map(({ name, bytes, agents }) => {
    const modules = new Set(agents.flatMap((one) => one.modules))
    const well = agents.filter((one) => one.ok).length
    return [name, String(bytes), `${well} of ${agents.length}`, [...modules].join(' ')]
  })
  const head = ['file', 'bytes', 'agents', 'modules']
  output.result(files, rows.length === 0 ? 'No MIB files were added.' : textTable([head, ...rows]))
}

const problemLines = ({ name, agents }: MibFile): readonly string[] =>
  agents.flatMap(({ agent, problems }) => problems.map((problem) => plainText(`${name} at ${agent}: ${problem}`)))

async function removeFiles(names: readonly string[], options: MibOptions): Promise<void> {
  const { localAudit, MibLibrary } = await rooms()
  await withDatabase(options.data, async (db) => {
    const library = new MibLibrary(db, now)
    for (const name of names) {
      if (!(await library.remove(name))) {
        throw new EyeNetError('not_found', `there is no MIB file ${name}: see eyenet-server mib list`)
      }
      await localAudit(db).record(ACTOR, 'mib.remove', name)
    }
  })
  outputOf(options).result({ removed: names }, `removed ${names.join(', ')}`)
}
