import { readFileSync } from 'node:fs'
import { configFailure } from '@eyenet/shared/config'
import { EXIT_STATUS, EyeNetError, messageOf } from '@eyenet/shared/errors'
import { plainText, textTable } from '@eyenet/shared/terminal'
import { SnmpCredential, Target } from '@eyenet/shared/wire'
import { Command, Option } from 'commander'
import { pino } from 'pino'
import { type ProbeResult, probeDevice } from '../device/device.ts'
import { createPinger } from '../probe/probe.ts'
import { systemClock } from '../schedule/schedule.ts'
import { createSnmpEngine } from '../snmp/snmp.ts'
import { outputOf } from './output.ts'
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
}

/** `probe ADDRESS`: what one device is and has, read once. */
export function probeCommand(): Command {
  return new Command('probe')
    .description('ask one device once: does it answer, who is it, what does it have; nothing is kept')
    .argument('<address>', 'host name or address')
    .option('--community-file <file>', 'file with the community')
    .option('--credential <name>', 'a credential of the configuration, for SNMPv3 too')
    .option('--config <file>', 'YAML file with the credentials')
    .addOption(new Option('--snmp-version <version>', 'with --community-file').choices(['1', '2c']).default('2c'))
    .option('--port <port>', 'UDP port', '161')
    .option('--timeout <seconds>', 'how long one request waits', '2')
    .option('--no-ping', 'do not send ICMP echoes')
    .option('--json', 'print JSON (eyenet-snmp-result/1)')
    .addHelpText('after', '\nExit status: 0 the device answered, 69 it did not.')
    .action(probe)
}

async function probe(address: string, options: ProbeOptions): Promise<void> {
  const target = targetOf(address, options)
  const logger = pino({ level: 'silent' })
  const snmp = createSnmpEngine({ logger })
  const pinger = createPinger({ logger })
  try {
    const result = await probeDevice(target, { snmp, pinger, logger, clock: systemClock })
    if (!result.answered) process.exitCode = EXIT_STATUS.unavailable
    outputOf(options).result(result, textOf(result))
  } finally {
    snmp.close()
    pinger.close()
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

const STATES: Readonly<Record<number, string>> = { 1: 'up', 2: 'down', 3: 'testing', 5: 'dormant', 6: 'not present' }

function textOf({ steps, device, interfaces }: ProbeResult): string {
  const lines = steps.map(
    ({ check, outcome, message }) => `${check.padEnd(8)}${outcome.padEnd(9)}${plainText(message)}`,
  )
  if (device !== undefined) {
    lines.push('')
    const fields = { Name: device.sysName, Vendor: device.vendor, Model: device.model, System: device.os }
    for (const [name, value] of Object.entries({ ...fields, Version: device.version, Serial: device.serial })) {
      if (value !== '') lines.push(`${name.padEnd(8)}${plainText(value)}`)
    }
    lines.push(`${'Says'.padEnd(8)}${plainText(device.sysDescr)}`)
  }
  if (interfaces.length > 0) {
    const rows = interfaces.map((one) => [
      one.name,
      STATES[one.operStatus ?? 0] ?? 'unknown',
      one.speedBps === undefined ? '' : `${one.speedBps / 1_000_000} Mbit/s`,
      one.alias,
    ])
    lines.push('', textTable([['interface', 'state', 'speed', 'alias'], ...rows]))
  }
  return lines.join('\n')
}
