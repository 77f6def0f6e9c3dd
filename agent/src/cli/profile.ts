import { readFileSync } from 'node:fs'
import { type ConfigProblem, formatProblem } from '@eyenet/shared/config'
import { EXIT_STATUS, EyeNetError, messageOf } from '@eyenet/shared/errors'
import { Command, Option } from 'commander'
import { mibsIn, openMibFacts } from '../mib/mib.ts'
import { createSnmpEngine, type SnmpValue } from '../snmp/snmp.ts'
import {
  createReader,
  draftProfile,
  lintProfiles,
  mibFactSource,
  type ProfileText,
  readProfileFolder,
  type SurveyReader,
  type SurveyResult,
  sensorsByFacts,
  surveyDevice,
} from '../survey/survey.ts'
import { DEFAULT_DATA_FOLDER } from './data-folder.ts'
import { outputOf } from './output.ts'

/** `profile check`, `profile draft`. */
export function profileCommand(): Command {
  const profile = new Command('profile').description('check device profiles, or draft one from a device')
  profile
    .command('check')
    .description('check profiles: each mistake with its line (default: those that ship with the agent)')
    .argument('[files...]', 'YAML files')
    .option('--data <dir>', 'data folder of the agent, for MIB files that were added', DEFAULT_DATA_FOLDER)
    .option('--json', 'print JSON')
    .action(check)
  profile
    .command('draft')
    .description('print a first profile for a device, from what its MIBs say of it')
    .argument('<address>', 'host name or address')
    .requiredOption('--community-file <file>', 'file with the community')
    .addOption(new Option('--snmp-version <version>').choices(['1', '2c']).default('2c'))
    .option('--port <port>', 'UDP port', '161')
    .option('--data <dir>', 'data folder of the agent, for MIB files that were added', DEFAULT_DATA_FOLDER)
    .action(draft)
  return profile
}

async function check(files: readonly string[], options: { readonly data: string; readonly json?: boolean }) {
  const texts = files.length === 0 ? readProfileFolder() : files.map(profileText)
  const problems = await lintProfiles(texts, openMibFacts({ userFolder: mibsIn(options.data) }))
  if (problems.length > 0) process.exitCode = EXIT_STATUS.invalid
  const text = problems.length === 0 ? `${texts.length} profiles: no mistakes` : problemText(problems)
  outputOf(options).result({ ok: problems.length === 0, profiles: texts.length, problems }, text)
}

function problemText(problems: readonly ConfigProblem[]): string {
  return problems.map(formatProblem).join('\n')
}

function profileText(file: string): ProfileText {
  return { file, text: readText(file) }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new EyeNetError('not_found', `cannot read ${file}: ${messageOf(cause)}`, { cause })
  }
}

type DraftOptions = {
  readonly communityFile: string
  readonly snmpVersion: '1' | '2c'
  readonly port: string
  readonly data: string
}

async function draft(address: string, options: DraftOptions): Promise<void> {
  const port = Number(options.port)
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new EyeNetError('invalid', `--port: expected a number from 1 to 65535; found ${options.port}`)
  }
  const community = readText(options.communityFile).replace(/\r?\n$/, '')
  const snmp = createSnmpEngine()
  try {
    const device = snmp.device({ address, port, credential: { version: options.snmpVersion, community } })
    const reader = createReader(device)
    const facts = sensorsByFacts(mibFactSource(openMibFacts({ userFolder: mibsIn(options.data) })))
    const result = await surveyDevice(reader, { facts })
    if (result.device.sysObjectId === undefined) {
      throw new EyeNetError('unavailable', `${address} says nothing: ${result.problems[0] ?? 'no sysObjectID'}`)
    }
    const raw = await rawValues(reader, result)
    process.stdout.write(draftProfile(result, (oid) => raw.get(oid)))
  } finally {
    snmp.close()
  }
}

/** What the device itself has for the sensors, so that their scale can be told. */
async function rawValues(reader: SurveyReader, result: SurveyResult): Promise<ReadonlyMap<string, number>> {
  const oids = [...result.sensors, ...result.suggestions].flatMap(({ oid }) => oid ?? [])
  const got = await reader.scalars(oids)
  return new Map([...got].flatMap(([oid, value]) => pairOf(oid, value)))
}

function pairOf(oid: string, value: SnmpValue): readonly (readonly [string, number])[] {
  return 'value' in value && typeof value.value === 'number' ? [[oid, value.value]] : []
}
