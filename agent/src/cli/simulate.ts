import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { EyeNetError } from '@eyenet/shared/errors'
import { Command } from 'commander'
import { parse, stringify } from 'yaml'
import { z } from 'zod'

const Document = z.object({ agent: z.record(z.string(), z.unknown()) })

const Options = z.strictObject({
  address: z.string().optional(),
  port: z.coerce.number().optional(),
  community: z.string().optional(),
  seed: z.coerce.number().optional(),
  devices: z.coerce.number().optional(),
  interfaces: z.coerce.number().optional(),
  faults: z.string().optional(),
  interval: z.coerce.number().int().min(1).max(86_400).default(10),
  targetsFile: z.string().optional(),
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
    .option('--faults <none|demo|file>', 'script of faults, YAML or JSON')
    .option('--interval <seconds>', 'how often the agent is to poll them, for --targets-file (default: 10)')
    .option('--targets-file <file>', 'write the configuration that makes an agent poll them')
    .option('--ready-json', 'print one line of JSON on stdout when the devices answer')
    .action(simulate)
}

async function simulate(given: unknown): Promise<void> {
  const { interval, targetsFile, readyJson, ...options } = parseOptions(given)
  // Loaded here, since an agent that runs needs none of it.
  const { runSimulation, targetsYaml } = await import('../simulate/simulate.ts')
  const site = await runSimulation(
    Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
  )
  const yaml = withInterval(targetsYaml(site.targets), interval)
  if (targetsFile !== undefined) {
    mkdirSync(dirname(targetsFile), { recursive: true })
    writeFileSync(targetsFile, yaml)
  }
  if (readyJson) {
    process.stdout.write(`${JSON.stringify({ event: 'ready', devices: site.targets.length, targetsFile })}\n`)
  } else {
    process.stderr.write(`${site.targets.length} devices answer; Ctrl-C ends them. Configuration of an agent:\n`)
    if (targetsFile === undefined) process.stdout.write(yaml)
  }
  const stop = (): void => {
    void site.close().then(() => process.exit(0))
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

function parseOptions(given: unknown): z.infer<typeof Options> {
  const parsed = Options.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new EyeNetError('invalid', `--${issue?.path.join('.')}: ${issue?.message}`)
}

function withInterval(yaml: string, intervalSeconds: number): string {
  const document = Document.parse(parse(yaml))
  return stringify({ agent: { intervalSeconds, ...document.agent } })
}
