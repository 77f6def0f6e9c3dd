import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { plainText } from '@eyenet/shared/terminal'
import type { SnmpEngine, SnmpTarget } from '../snmp/snmp.ts'
import { createReader, printedResult, type SurveyOptions, type SurveyResult, surveyDevice } from '../survey/survey.ts'

export type NamedTarget = { readonly name: string; readonly target: SnmpTarget }

/** Devices asked at the same time: each has one question in flight, so this bounds the packets on the way. */
const DEVICES_AT_ONCE = 16
/** Failures named in the summary; the rest are counted. */
const MOST_NAMED = 20

export type ProbeTargetsOptions = {
  readonly snmp: SnmpEngine
  readonly outDir: string
  readonly survey: SurveyOptions
  readonly tell: (line: string) => void
}

/** Surveys every target and writes `outDir/<name>.json`. A device that does not answer is a line in the summary. */
export async function probeTargets(targets: readonly NamedTarget[], options: ProbeTargetsOptions): Promise<void> {
  const { outDir, tell } = options
  makeFolder(outDir)
  const failures: string[] = []
  let tried = 0
  let next = 0
  const worker = async (): Promise<void> => {
    for (let target = targets[next++]; target !== undefined; target = targets[next++]) {
      const failure = await probeOne(target, options)
      if (failure !== null) failures.push(`${target.name}: ${failure}`)
      tried++
      if (tried % 50 === 0 || tried === targets.length) tell(`${tried} of ${targets.length} tried`)
    }
  }
  await Promise.all(Array.from({ length: DEVICES_AT_ONCE }, worker))
  tell(`${targets.length - failures.length} read, ${failures.length} failed; results are in ${outDir}`)
  for (const failure of failures.slice(0, MOST_NAMED)) tell(`  ${plainText(failure)}`)
  if (failures.length > MOST_NAMED) tell(`  and ${failures.length - MOST_NAMED} more`)
}

async function probeOne({ name, target }: NamedTarget, options: ProbeTargetsOptions): Promise<string | null> {
  const device = options.snmp.device(target)
  try {
    const reader = createReader(device)
    const result = await surveyDevice(reader, options.survey)
    if (reader.failure !== null && !hasAny(result)) return result.problems[0] ?? 'it does not answer'
    writeFileSync(
      join(options.outDir, `${name}.json`),
      `${JSON.stringify({ recording: name, ...printedResult(result) })}\n`,
    )
    return null
  } catch (thrown) {
    // One device's surprise must not end the others' survey.
    return messageOf(thrown)
  } finally {
    device.close()
  }
}

function hasAny({ device, interfaces, sensors }: SurveyResult): boolean {
  return device.sysDescr !== undefined || device.sysObjectId !== undefined || interfaces.length + sensors.length > 0
}

/** Lines `name<TAB>host:port<TAB>community`, or `tcp:host:port`; `#` begins a comment. Throws `invalid` with the line number. */
export function readTargets(file: string, timeoutMs = 2_000): readonly NamedTarget[] {
  const found: NamedTarget[] = []
  const names = new Set<string>()
  for (const [at, line] of textOf(file).split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const [name = '', where = '', community = ''] = line.split('\t')
    const place = /^(tcp:)?\[?([^\s\]]{1,255}?)\]?(?::(\d{1,5}))?$/.exec(where)
    const port = Number(place?.[3] ?? 161)
    const wrong = (what: string): EyeNetError => new EyeNetError('invalid', `${file} line ${at + 1}: ${what}`)
    if (place === null || community === '') throw wrong('expected name<TAB>host:port<TAB>community')
    if (!isFileName(name)) throw wrong('the name becomes the name of a file, which has no slash in it')
    if (port < 1 || port > 65_535 || /^[^:]*:[^:]*$/.test(place[2] ?? ''))
      throw wrong('expected a port from 1 to 65535')
    if (names.has(name)) throw wrong('this name is there already, and each has a file of its own')
    names.add(name)
    const transport = place[1] === undefined ? 'udp' : 'tcp'
    const credential = { version: '2c', community } as const
    found.push({ name, target: { address: place[2] ?? '', port, transport, timeoutMs, credential } })
  }
  if (found.length === 0) throw new EyeNetError('invalid', `${file} names no target`)
  return found
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (cause) {
    throw new EyeNetError('invalid', `--out ${folder} is no folder that can be made: ${messageOf(cause)}`, { cause })
  }
}

/** A name becomes a file's name, so it must not lead elsewhere. */
function isFileName(name: string): boolean {
  return name.length > 0 && name.length <= 200 && !/[/\\\0]/.test(name) && name !== '.' && name !== '..'
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new EyeNetError('not_found', `cannot read ${file}: ${messageOf(cause)}`, { cause })
  }
}
