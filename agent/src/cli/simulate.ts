import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { Command } from 'commander'
import { parse, stringify } from 'yaml'
import { z } from 'zod'

/** Two of each day of the week. */
const PAST_DAYS = 14
/** The past is older than what an outbox keeps by default; and who looks on for an hour sees what the script does, not chance. */
const PAST_SETTINGS = { buffer: { maxAgeSeconds: 30 * 86_400 }, anomaly: { alarmsPerMonth: 0.1 } }

const Document = z.object({ agent: z.record(z.string(), z.unknown()) })

const Options = z.strictObject({
  address: z.string().optional(),
  port: z.coerce.number().optional(),
  community: z.string().optional(),
  seed: z.coerce.number().optional(),
  devices: z.coerce.number().optional(),
  interfaces: z.coerce.number().optional(),
  network: z.string().optional(),
  lldp: z.string().optional(),
  hosts: z.coerce.number().optional(),
  faults: z.string().optional(),
  interval: z.coerce.number().int().min(1).max(86_400).default(10),
  targetsFile: z.string().optional(),
  pastFile: z.string().optional(),
  recording: z.string().optional(),
  readyJson: z.boolean().default(false),
})

/** `simulate`: a site of devices on loopback addresses, until SIGTERM or Ctrl-C. */
export function simulateCommand(): Command {
  return new Command('simulate')
    .description('serve a simulated site by SNMP on loopback addresses, for demonstrations and load tests')
    .option('--address <ip>', 'loopback address of the first device (default: 127.0.10.1)')
    .option('--port <port>', 'UDP port of every device (default: 1161)')
    .option('--community <text>', 'community that is answered; no secret (default: public)')
    .option('--seed <number>', 'another seed gives other traffic')
    .option('--devices <number>', 'so many equal switches in place of the demonstration site')
    .option('--interfaces <number>', 'interfaces of each of them (default: 50)')
    .option(
      '--network <kind>',
      'a made network of --devices (default: 50): tree, ring, leaf-spine, lag, unmanaged, wireless, wan or mixed',
    )
    .option('--lldp <everywhere|some|none>', 'which devices of the network speak LLDP (default: everywhere)')
    .option('--hosts <number>', 'stations in the network (default: two for each device)')
    .option('--faults <none|demo|file>', 'script of faults, YAML or JSON')
    .option('--interval <seconds>', 'how often the agent is to poll them, for --targets-file (default: 10)')
    .option('--recording <file>', 'one device out of a recording (.snmprec) in place of a site, on 127.0.0.1')
    .option('--targets-file <file>', 'write the configuration that makes an agent poll them')
    .option(
      '--past-file <file>',
      'write what makes an agent begin with two made weeks before now (run --simulated-past)',
    )
    .option('--ready-json', 'print one line of JSON on stdout when the devices answer')
    .action(simulate)
}

async function simulate(given: unknown): Promise<void> {
  const { interval, targetsFile, pastFile, readyJson, recording, ...options } = parseOptions(given)
  if (recording !== undefined) return replay(recording, { ...options, readyJson })
  // Loaded here, since an agent that runs needs none of it.
  const { runSimulation, targetsYaml } = await import('../simulate/simulate.ts')
  const site = await runSimulation(
    Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
  )
  const yaml = withInterval(targetsYaml(site.targets), {
    intervalSeconds: interval,
    ...(pastFile !== undefined && PAST_SETTINGS),
  })
  if (targetsFile !== undefined) {
    mkdirSync(dirname(targetsFile), { recursive: true })
    writeFileSync(targetsFile, yaml)
  }
  if (pastFile !== undefined) {
    const { seed, startedAt } = site
    writeFileSync(pastFile, JSON.stringify({ seed, startedAt, days: PAST_DAYS, intervalMs: interval * 1000 }))
  }
  if (readyJson) {
    process.stdout.write(`${JSON.stringify({ event: 'ready', devices: site.targets.length, targetsFile })}\n`)
  } else {
    process.stderr.write(`${site.targets.length} devices answer; Ctrl-C ends them. Configuration of an agent:\n`)
    if (targetsFile === undefined) process.stdout.write(yaml)
  }
  untilStopped(() => site.close())
}

type ReplayOptions = { address?: string | undefined; port?: number | undefined; community?: string | undefined }

async function replay(file: string, options: ReplayOptions & { readonly readyJson: boolean }): Promise<void> {
  const { serveRecording } = await import('../simulate/simulate.ts')
  const { parseRecording } = await import('../recording/recording.ts')
  const { address = '127.0.0.1', port = 1161, community = 'public', readyJson } = options
  const varbinds = parseRecording(readText(file), file)
  const served = await serveRecording(varbinds, { address, port, community })
  const where = { address: served.address, port: served.port, community, values: varbinds.length }
  if (readyJson) process.stdout.write(`${JSON.stringify({ event: 'ready', ...where })}\n`)
  else {
    const at = `${where.address}:${where.port}, community ${community}`
    process.stderr.write(`${varbinds.length} values answer at ${at}; Ctrl-C ends them\n`)
  }
  untilStopped(() => served.close())
}

function untilStopped(close: () => Promise<void>): void {
  const stop = (): void => {
    void close().then(() => process.exit(0))
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch (cause) {
    throw new EyeNetError('not_found', `cannot read ${file}: ${messageOf(cause)}`, { cause })
  }
}

function parseOptions(given: unknown): z.infer<typeof Options> {
  const parsed = Options.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new EyeNetError('invalid', `--${issue?.path.join('.')}: ${issue?.message}`)
}

function withInterval(yaml: string, settings: object): string {
  const document = Document.parse(parse(yaml))
  return stringify({ agent: { ...settings, ...document.agent } })
}
