import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { messageOf } from '@eyenet/shared/errors'
import type { Task, TaskReply } from '@eyenet/shared/wire'
import { compileMibs, type MibFacts, type MibFile, saveUserModules } from './mib/mib.ts'

export type MibPlace = { readonly mib: MibFacts; readonly folder: string }
type AddMibsTask = Extract<Task, { kind: 'add-mibs' }>
type AddMibsReply = Extract<TaskReply, { kind: 'add-mibs' }>

const MAX_PROBLEMS = 100
const MAX_MODULES = 1_000
const MIB = 1024 * 1024
/** Bounds how long polls wait while one file is parsed; the largest known MIB has 3 MB. */
const MAX_FILE_BYTES = 4 * MIB
/** Bounds memory: all files of a task are compiled together. */
const MAX_TASK_BYTES = 32 * MIB

const unzip = promisify(gunzip)

/** Compiles the MIB files of a task and keeps what they say. What was wrong is in the reply, with file and line. */
export async function addMibs({ id, files }: AddMibsTask, { mib, folder }: MibPlace): Promise<AddMibsReply> {
  const refused = (problem: string): AddMibsReply => ({
    ...{ kind: 'add-mibs', id, ok: false, modules: [], objects: 0 },
    problems: [problem.slice(0, 500)],
  })
  const { read, unread } = await unpacked(files)
  const mibs = await compileMibs(read, mib)
  const kept = mibs.modules.filter((module) => module.records.length + module.types.length > 0)
  const said = mibs.problems.map(
    ({ file, line, column, severity, message }) => `${file}:${line}:${column}: ${severity}: ${message}`,
  )
  const problems = [...unread, ...said].slice(0, MAX_PROBLEMS).map((problem) => problem.slice(0, 500))
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

/** The texts of the files, one after the other within the bounds, and a sentence for each that is left out. */
async function unpacked(files: AddMibsTask['files']): Promise<{ read: MibFile[]; unread: string[] }> {
  const read: MibFile[] = []
  const unread: string[] = []
  let left = MAX_TASK_BYTES
  for (const { name, gzip } of files) {
    // zlib takes no bound of 0.
    const most = Math.max(1, Math.min(MAX_FILE_BYTES, left))
    const bytes = await unzip(Buffer.from(gzip, 'base64'), { maxOutputLength: most }).catch(() => undefined)
    if (bytes !== undefined) {
      left -= bytes.length
      read.push({ name, text: textOf(bytes) })
    } else if (most < MAX_FILE_BYTES) {
      unread.push(`${name}: the files of one upload have more than ${MAX_TASK_BYTES / MIB} MiB unpacked; send it alone`)
    } else unread.push(`${name}: it does not unpack, or has more than ${MAX_FILE_BYTES / MIB} MiB unpacked`)
  }
  return { read, unread }
}

/** Old MIBs are in Latin-1. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8')
  return text.includes('\uFFFD') ? bytes.toString('latin1') : text
}
