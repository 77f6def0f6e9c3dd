import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { type AgentConfig, configFailure } from '@eyenet/shared/config'
import { EXIT_STATUS, EyeNetError, messageOf } from '@eyenet/shared/errors'
import { type Discovered, type DiscoveryProgress, DiscoverySettings } from '@eyenet/shared/wire'
import { Command } from 'commander'
import { pino } from 'pino'
import {
  askable,
  Discovery,
  type EffectiveDiscovery,
  effectiveDiscovery,
  knockTcp,
  LocalNeighbours,
  networksOf,
  offeredNetworks,
  ownNetworks,
  reverseNames,
  sweepPlan,
} from '../discover/discover.ts'
import { createPinger } from '../probe/probe.ts'
import { systemClock } from '../schedule/schedule.ts'
import { createSnmpEngine } from '../snmp/snmp.ts'
import { credentialOf } from './credential-option.ts'
import { planText, progressText, textOfDiscovery } from './discover-text.ts'
import { outputOf } from './output.ts'
import { readConfig } from './read-config.ts'

type DiscoverOptions = {
  readonly config?: string
  readonly credential?: readonly string[]
  readonly communityFile?: string
  readonly snmpVersion: '1' | '2c'
  readonly snmpPort?: string
  readonly exclude?: readonly string[]
  readonly pace?: string
  readonly ports?: string
  readonly silentHosts?: boolean
  readonly names: boolean
  readonly data: string
  readonly dryRun?: boolean
  readonly json?: boolean
}

const PROGRESS_MS = 1_000
const INTERRUPTED = 130

/** `discover [CIDR...]`: one sweep now, of what is permitted, with nobody told but who asked. */
export function discoverCommand(): Command {
  return new Command('discover')
    .description('look for devices in networks once: ping, SNMP, TCP ports; nothing is watched because of it')
    .argument('[network...]', 'such as 192.0.2.0/24 (default: agent.discovery.networks)')
    .option('--config <file>', 'YAML file with credentials and agent.discovery')
    .option('--credential <name...>', 'credentials of the configuration (default: agent.discovery.credentials)')
    .option('--community-file <file>', 'file with a community to try after those')
    .option('--snmp-version <version>', 'with --community-file: 1 or 2c', '2c')
    .option('--snmp-port <port>', 'UDP port of SNMP (default: 161)')
    .option('--exclude <network...>', 'networks and addresses that are not asked')
    .option('--pace <number>', 'packets a second over everything (default: 50)')
    .option('--ports <list>', 'TCP ports, with commas between them; none for no port')
    .option('--silent-hosts', 'ask hosts that answer no ping by SNMP and TCP too')
    .option('--no-names', 'do not ask DNS what addresses are called')
    .option('--data <dir>', 'where tries are remembered: three credentials a device and hour', ownFolder())
    .option('--dry-run', 'say what would be asked and how long it takes; send nothing')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Networks that agent.discovery.networks names are a bound here too.
Exit status: 0 something was found, 69 nothing answered, 65 a network is wrong or not permitted, 130 Ctrl-C.
Example:
  eyenet-agent discover 192.0.2.0/24 --community-file community.txt`,
    )
    .action(discover)
}

async function discover(networks: readonly string[], options: DiscoverOptions): Promise<void> {
  const config = configOf(options)
  const settings = effectiveDiscovery(config, settingsOf(networks, options, config))
  const own = ownNetworks()
  const plan = sweepPlan(askable(settings, own), networks.length === 0 ? undefined : networksOf(networks))
  if (plan.kind === 'none') {
    const offered = offeredNetworks(own).filter((text) => !text.includes(':'))
    const stands = offered.length === 0 ? '' : ` This machine stands in ${offered.join(', ')}.`
    const isUnnamed = networks.length === 0 && config.discovery.networks === undefined
    throw new EyeNetError('invalid', isUnnamed ? `name a network, such as 192.0.2.0/24.${stands}` : plan.problem)
  }
  const output = outputOf(options)
  const text = planText({ networks: settings.networks, total: plan.total, settings })
  if (options.dryRun === true) {
    const { ports, packetsPerSecond, credentials } = settings
    const planned = { total: plan.total, packetsPerSecond, ports, credentials: credentials.map(({ id }) => id) }
    output.result(planned, text)
    return
  }
  output.remark(text)
  await sweep(networks, settings, options)
}

async function sweep(
  networks: readonly string[],
  settings: EffectiveDiscovery,
  options: DiscoverOptions,
): Promise<void> {
  const logger = pino({ level: 'silent' })
  const [clock, pinger, snmp] = [systemClock, createPinger({ logger }), createSnmpEngine({ logger })]
  const neighbours = new LocalNeighbours(clock)
  const items = new Map<string, Discovered>()
  let progress: DiscoveryProgress | undefined
  const discovery = new Discovery(
    {
      ...{ site: 'by-hand', clock, logger, pinger, snmp, knock: knockTcp, nameOf: reverseNames() },
      ...{ file: join(folderOf(options.data), 'discovery-by-hand.db'), tellAgainMs: 0 },
      macOf: (address) => neighbours.macOf(address),
      own: () => ownNetworks(),
      watched: () => [],
      append: (report) => {
        for (const item of report.items) items.set(item.address ?? item.mac ?? '', item)
        progress = report.progress ?? progress
      },
    },
    settings,
  )
  const isShown = options.json !== true && process.stderr.isTTY
  const startedMs = clock.monotonicMs()
  const show = (): void => {
    const now = discovery.progress
    if (now) process.stderr.write(`\r${progressText(now, clock.monotonicMs() - startedMs)}\u001B[K`)
  }
  const timer = isShown ? setInterval(show, PROGRESS_MS) : undefined
  try {
    if (pinger.kind === 'none' && pinger.lack !== null) outputOf(options).remark(pinger.lack)
    const begun = discovery.discover({ id: randomUUID(), ...(networks.length > 0 && { networks: [...networks] }) })
    if (begun.kind === 'discover' && !begun.ok) throw new EyeNetError('invalid', begun.message)
    process.once('SIGINT', () => {
      process.exitCode = INTERRUPTED
      if (discovery.running !== undefined) discovery.cancel(discovery.running)
    })
    await discovery.settled()
  } finally {
    clearInterval(timer)
    if (isShown) process.stderr.write('\r\u001B[K')
    discovery.close()
    pinger.close()
  }
  const found = [...items.values()]
  const { packets } = discovery.counts
  const seconds = (clock.monotonicMs() - startedMs) / 1_000
  if (found.length === 0) process.exitCode ??= EXIT_STATUS.unavailable
  const result = { progress, seconds, packets, found }
  outputOf(options).result(result, textOfDiscovery(found, { progress, seconds, packets }))
}

function configOf(options: DiscoverOptions): AgentConfig {
  const read = readConfig(options.config)
  if (read.kind === 'invalid') throw configFailure(read.problems)
  return read.config.agent
}

/** What the command line says, in the place of the server: the file is its bound. */
function settingsOf(networks: readonly string[], options: DiscoverOptions, config: AgentConfig): DiscoverySettings {
  const {
    credential: names = [],
    communityFile,
    snmpVersion,
    snmpPort,
    exclude = [],
    pace,
    silentHosts = false,
  } = options
  const port = snmpPort === undefined ? undefined : Number(snmpPort)
  const used = names.length > 0 ? names : config.discovery.credentials
  const credentials = used.map((id) => ({ id, credential: credentialNamed(id, config) }))
  const community = credentialOf({ ...(communityFile && { communityFile }), snmpVersion })
  if (community !== undefined) credentials.push({ id: 'community-file', credential: community })
  const parsed = DiscoverySettings.safeParse({
    networks: networks.length > 0 ? networks : (config.discovery.networks ?? []),
    exclude,
    credentials: credentials.map((one) => ({ ...one, ...(port !== undefined && { port }) })),
    ...(pace !== undefined && { packetsPerSecond: Number(pace) }),
    ...(options.ports !== undefined && { ports: portsOf(options.ports) }),
    silentHosts,
  })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue?.path[0]
  const word = place === 'networks' ? networks[Number(issue?.path[1])] : undefined
  if (place === 'ports')
    throw new EyeNetError('invalid', '--ports: up to 32 ports from 1 to 65535 with commas, or none')
  throw new EyeNetError('invalid', `${word ?? OPTION_OF[String(place)] ?? String(place)}: ${issue?.message}`)
}

const OPTION_OF: Readonly<Record<string, string>> = {
  exclude: '--exclude',
  credentials: '--credential, --snmp-port',
  packetsPerSecond: '--pace',
}

function portsOf(list: string): readonly number[] {
  return list === 'none' ? [] : list.split(',').map(Number)
}

function credentialNamed(name: string, { credentials }: AgentConfig): AgentConfig['credentials'][string] {
  const found = Object.hasOwn(credentials, name) ? credentials[name] : undefined
  if (found !== undefined) return found
  const names = Object.keys(credentials).join(', ') || 'none'
  throw new EyeNetError('not_found', `the configuration has no credential ${name}; it has: ${names}`)
}

function ownFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'eyenet')
}

function folderOf(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return folder
  } catch (cause) {
    throw new EyeNetError('unavailable', `--data ${folder} cannot be made: ${messageOf(cause)}`, { cause })
  }
}
