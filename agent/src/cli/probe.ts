import { EXIT_STATUS, EyeNetError } from '@eyenet/shared/errors'
import { Target } from '@eyenet/shared/wire'
import { Command } from 'commander'
import { pino } from 'pino'
import { probeDevice } from '../device/device.ts'
import { createPinger } from '../probe/probe.ts'
import { createSnmpEngine } from '../snmp/snmp.ts'
import { openKnowledge, type SurveyOptions } from '../survey/survey.ts'
import { type CredentialOptions, credentialOf, withCredentialOptions } from './credential-option.ts'
import { outputOf } from './output.ts'
import { probeTargets, readTargets } from './probe-targets.ts'
import { textOfProbe } from './probe-text.ts'

type ProbeOptions = CredentialOptions & {
  readonly port: string
  readonly tcp?: boolean
  readonly ping: boolean
  readonly timeout: string
  readonly json?: boolean
  readonly profiles: boolean
  readonly profileFolder?: string
  readonly tables?: boolean
  readonly targets?: string
  readonly out?: string
}

/** `probe ADDRESS`: what one device is and has, read once. `probe --targets FILE --out DIR`: the same of many. */
export function probeCommand(): Command {
  const command = new Command('probe')
    .description('ask devices once: do they answer, who are they, what do they have; nothing is kept')
    .argument('[address]', 'host name or address')
  return withCredentialOptions(command)
    .option('--port <port>', 'UDP port, or TCP port with --tcp', '161')
    .option('--tcp', 'ask over TCP (RFC 3430); with --targets write tcp:host:port')
    .option('--timeout <seconds>', 'how long one request waits', '2')
    .option('--no-ping', 'do not send ICMP echoes')
    .option('--no-profiles', 'leave out the device profiles: rules over MIB facts stand alone')
    .option('--tables', 'with JSON: ARP and forwarding tables too, which may be long')
    .option('--profile-folder <folder>', 'profiles of your own, which go before the shipped ones')
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
    const result = await probeDevice(target, { snmp, pinger, survey: surveyOptions(options) })
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
    await probeTargets(targets, { snmp, outDir: options.out, survey: surveyOptions(options), tell })
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
      snmp: {
        port: Number(options.port),
        ...(options.tcp && { transport: 'tcp' }),
        credential,
        timeoutMs: Number(options.timeout) * 1000,
      },
    }),
  })
  if (target.success) return target.data
  const isTimeout = target.error.issues[0]?.path.at(-1) === 'timeoutMs'
  throw new EyeNetError(
    'invalid',
    isTimeout ? '--timeout: expected seconds from 0.1 to 60' : '--port: expected a port from 1 to 65535',
  )
}

function surveyOptions(options: ProbeOptions): SurveyOptions {
  const tables = options.tables ? (['arp', 'forwarding'] as const) : []
  return { ...openKnowledge(options), tables }
}
