import { gunzipSync } from 'node:zlib'
import { messageOf } from '@eyenet/shared/errors'
import type { Task, TaskReply } from '@eyenet/shared/wire'
import { compileMibs, MAX_MIB_CHARACTERS, type MibFacts, type MibFile, saveUserModules } from './mib/mib.ts'

export type MibPlace = { readonly mib: MibFacts; readonly folder: string }
type AddMibsTask = Extract<Task, { kind: 'add-mibs' }>
type AddMibsReply = Extract<TaskReply, { kind: 'add-mibs' }>

const MAX_PROBLEMS = 100
const MAX_MODULES = 1_000

/** Compiles the MIB files of a task and keeps what they say. What was wrong is in the reply, with file and line. */
export async function addMibs({ id, files }: AddMibsTask, { mib, folder }: MibPlace): Promise<AddMibsReply> {
  const refused = (problem: string): AddMibsReply => ({
    ...{ kind: 'add-mibs', id, ok: false, modules: [], objects: 0 },
    problems: [problem.slice(0, 500)],
  })
  const read: MibFile[] = []
  for (const file of files) {
    const text = unpacked(file.gzip)
    if (text === undefined) return refused(`${file.name}: it does not unpack, or is larger than any MIB`)
    read.push({ name: file.name, text })
  }
  const mibs = await compileMibs(read, mib)
  const kept = mibs.modules.filter((module) => module.records.length + module.types.length > 0)
  const problems = mibs.problems
    .slice(0, MAX_PROBLEMS)
    .map(({ file, line, column, severity, message }) =>
      `${file}:${line}:${column}: ${severity}: ${message}`.slice(0, 500),
    )
  if (kept.length === 0) return { ...refused('the files define nothing'), ...(problems.length > 0 && { problems }) }
  try {
    await saveUserModules(folder, kept)
  } catch (thrown) {
    return refused(`the agent cannot write ${folder}: ${messageOf(thrown)}`)
  }
  const modules = kept.slice(0, MAX_MODULES).map(({ name }) => name.slice(0, 128))
  const objects = kept.reduce((sum, { records }) => sum + records.length, 0)
  return { kind: 'add-mibs', id, ok: true, modules, objects, problems }
}

/** The text of a file; old MIBs are in Latin-1. */
function unpacked(gzip: string): string | undefined {
  try {
    const bytes = gunzipSync(Buffer.from(gzip, 'base64'), { maxOutputLength: MAX_MIB_CHARACTERS })
    const text = bytes.toString('utf8')
    return text.includes('\uFFFD') ? bytes.toString('latin1') : text
  } catch {
    return undefined
  }
}
