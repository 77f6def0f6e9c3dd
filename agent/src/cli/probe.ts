import { readFileSync } from 'node:fs'
import { configFailure } from '@eyenet/shared/config'
import { EXIT_STATUS, EyeNetError, messageOf } from '@eyenet/shared/errors'
import { SnmpCredential, Target } from '@eyenet/shared/wire'
import { Command, Option } from 'commander'
import { pino } from 'pino'
import { probeDevice } from '../device/device.ts'
import { createPinger } from '../probe/probe.ts'
import { createSnmpEngine } from '../snmp/snmp.ts'
import { openKnowledge } from '../survey/survey.ts'
import { outputOf } from './output.ts'
import { probeTargets, readTargets } from './probe-targets.ts'
import { textOfProbe } from './probe-text.ts'
import { readConfig } from './read-config.ts'

type ProbeOptions = {
  readonly communityFile?: string
  readonly credential?: string
  readonly config?: string
  readonly snmpVersion: '1' | '2c'
  readonly port: string
  readonly ping: boolean
  readonly timeout: string
  readonly json?: boolean
  readonly profiles: boolean
  readonly targets?: string
  readonly out?: string
}

/** `probe ADDRESS`: what one device is and has, read once. `probe --targets FILE --out DIR`: the same of many. */
export function probeCommand(): Command {
  return new Command('probe')
    .description('ask devices once: do they answer, who are they, what do they have; nothing is kept')
    .argument('[address]', 'host name or address')
    .option('--community-file <file>', 'file with the community')
    .option('--credential <name>', 'a credential of the configuration, for SNMPv3 too')
    .option('--config <file>', 'YAML file with the credentials')
    .addOption(new Option('--snmp-version <version>', 'with --community-file').choices(['1', '2c']).default('2c'))
    .option('--port <port>', 'UDP port', '161')
    .option('--timeout <seconds>', 'how long one request waits', '2')
    .option('--no-ping', 'do not send ICMP echoes')
    .option('--no-profiles', 'leave out the device profiles: rules over MIB facts stand alone')
    .option('--targets <file>', 'many devices: lines of name, host:port and community, with tabs between them')
    .option('--out <folder>', 'with --targets: where <name>.json is written')
    .option('--json', 'print JSON (eyenet-snmp-result/1)')
    .addHelpText('after', '\nExit status: 0 the device answered, 69 it did not; with --targets 0 once all were tried.')
    .action(probe)
}

async function probe(address: string | undefined, options: ProbeOptions): Promise<void> {
  if (options.targets !== undefined) return probeMany(options.targets, options)
  if (address === undefined) throw new EyeNetError('invalid', 'name an address, or a file with --targets')
  const target = targetOf(address, options)
  const logger = pino({ level: 'silent' })
  const snmp = createSnmpEngine({ logger })
  const pinger = createPinger({ logger })
  try {
    const result = await probeDevice(target, { snmp, pinger, survey: openKnowledge(options) })
    if (!result.answered) process.exitCode = EXIT_STATUS.unavailable
    outputOf(options).result(result, textOfProbe(result))
  } finally {
    snmp.close()
    pinger.close()
  }
}

async function probeMany(file: string, options: ProbeOptions): Promise<void> {
  if (options.out === undefined) throw new EyeNetError('invalid', '--targets needs --out FOLDER for the results')
  const timeoutMs = Number(options.timeout) * 1000
  if (!(timeoutMs > 0)) throw new EyeNetError('invalid', '--timeout: expected seconds, such as 2')
  const targets = readTargets(file, timeoutMs)
  const snmp = createSnmpEngine()
  try {
    const tell = (line: string): void => void process.stderr.write(`${line}\n`)
    await probeTargets(targets, { snmp, outDir: options.out, survey: openKnowledge(options), tell })
  } finally {
    snmp.close()
  }
}

function targetOf(address: string, options: ProbeOptions): Target {
  const credential = credentialOf(options)
  const target = Target.safeParse({
    address,
    ping: options.ping,
    ...(credential !== undefined && {
      snmp: { port: Number(options.port), credential, timeoutMs: Number(options.timeout) * 1000 },
    }),
  })
  if (target.success) return target.data
  const [issue] = target.error.issues
  throw new EyeNetError('invalid', `--${issue?.path.at(-1) === 'timeoutMs' ? 'timeout' : 'port'}: ${issue?.message}`)
}

function credentialOf(options: ProbeOptions): SnmpCredential | undefined {
  if (options.communityFile !== undefined) {
    const community = readText(options.communityFile)
    const parsed = SnmpCredential.safeParse({ version: options.snmpVersion, community })
    if (!parsed.success) throw new EyeNetError('invalid', `${options.communityFile} holds no community`)
    return parsed.data
  }
  if (options.credential === undefined) return undefined
  const read = readConfig(options.config)
  if (read.kind === 'invalid') throw configFailure(read.problems)
  const { credentials } = read.config.agent
  const found = Object.hasOwn(credentials, options.credential) ? credentials[options.credential] : undefined
  if (found !== undefined) return found
  const names = Object.keys(credentials).join(', ') || 'none'
  throw new EyeNetError('not_found', `${read.file} has no credential ${options.credential}; it has: ${names}`)
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (cause) {
    throw new EyeNetError('not_found', `cannot read ${file}: ${messageOf(cause)}`, { cause })
  }
}
