/**
 * A simulated site for demonstrations and load tests: devices that answer SNMPv1 and SNMPv2c over UDP on loopback
 * addresses, with traffic, sensors, neighbours and a script of faults. Every value is a function of seed and time, so
 * two polls agree whatever else was asked. It does not speak SNMPv3, send traps, or answer pings itself: the kernel
 * answers those for every loopback address, also for a device that is down.
 */
import { readFile } from 'node:fs/promises'
import { isIPv4 } from 'node:net'
import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { epochMs } from '@eyenet/shared/identity'
import { MADE_KINDS, MADE_LLDP } from '@eyenet/shared/made-network'
import { z } from 'zod'
import { addressAfter } from './address-range.ts'
import { DEMO_FAULTS } from './demo-faults.ts'
import { demoSite, type SiteOptions } from './demo-site.ts'
import { type FaultScript, NO_FAULTS, parseFaultScript } from './fault-script.ts'
import { loadSite } from './load-site.ts'
import { madeSite } from './made-site.ts'
import { createSite } from './site.ts'
import type { SiteSpec } from './site-spec.ts'
import { type Clock, type ServedSite, serveSite } from './udp-agents.ts'

export { DEMO_FAULTS } from './demo-faults.ts'
export { demoSite, type SiteOptions } from './demo-site.ts'
export { type Fault, FaultScript, NO_FAULTS, parseFaultScript } from './fault-script.ts'
export { loadSite } from './load-site.ts'
export { type MadePast, MadePastOptions, madePast } from './made-past.ts'
export { madeSite } from './made-site.ts'
export { type RecordingServer, serveRecording } from './serve-recording.ts'
export { createSite, type SimulatedDevice, type Site } from './site.ts'
export { type SiteReading, siteReadings } from './site-readings.ts'
export type { DeviceSpec, InterfaceSpec, LinkSpec, SiteSpec } from './site-spec.ts'
export { targetsYaml } from './targets-yaml.ts'
export { type Clock, type ServedCounts, type ServedSite, type SimulatedTarget, serveSite } from './udp-agents.ts'

/** More would not fit between 127.0.10.1 and the end of the loopback network's useful part, nor into one process's sockets. */
const MAX_DEVICES = 5_000
const MAX_INTERFACES = 4_000

export const SimulationOptions = z
  .strictObject({
    address: z
      .string()
      .refine((given) => isIPv4(given) && given.startsWith('127.'), 'a loopback address, 127.x.x.x')
      .default('127.0.10.1')
      .describe('Address of the first device; the others follow.'),
    port: z.number().int().min(0).max(65_535).default(1161).describe('UDP port of every device; 0 takes free ones.'),
    community: z.string().min(1).max(64).default('public').describe('Community that is answered.'),
    seed: z.number().int().default(1).describe('Another seed gives other traffic.'),
    devices: z
      .number()
      .int()
      .min(1)
      .max(MAX_DEVICES)
      .optional()
      .describe('A site of so many equal switches in place of the demonstration, or the size of the network.'),
    interfaces: z
      .number()
      .int()
      .min(1)
      .max(MAX_INTERFACES)
      .optional()
      .describe('Interfaces of each of these switches. Default: 50.'),
    network: z
      .enum(MADE_KINDS)
      .optional()
      .describe('A made network of so many devices: its cables, stations, VLANs and spanning tree are told by SNMP.'),
    lldp: z.enum(MADE_LLDP).optional().describe('How many devices of the network speak LLDP. Default: everywhere.'),
    hosts: z.number().int().min(0).max(20_000).optional().describe('Stations in it. Default: two for each device.'),
    faults: z
      .string()
      .min(1)
      .optional()
      .describe('none, demo, or a file with a script in YAML or JSON. Default: demo, and none with `devices`.'),
  })
  .refine((options) => options.interfaces === undefined || options.devices !== undefined, {
    path: ['interfaces'],
    message: 'only together with `devices`',
  })
  .refine((options) => options.network !== undefined || (options.lldp ?? options.hosts) === undefined, {
    path: ['network'],
    message: '`lldp` and `hosts` are of a made network: name its kind',
  })
  .refine((options) => options.network === undefined || options.interfaces === undefined, {
    path: ['interfaces'],
    message: 'not together with `network`, whose devices have the ports of their kind',
  })
export type SimulationOptions = z.input<typeof SimulationOptions>

/** A site that is served, and what its values are functions of. */
export type Simulation = ServedSite & { readonly seed: number; readonly startedAt: number }

const DEFAULT_INTERFACES = 50
const DEFAULT_DEVICES = 50
const SYSTEM_CLOCK: Clock = { now: () => epochMs(Date.now()) }

/**
 * Builds a site and serves it until `close` is called; the script of faults starts now. Throws EyeNetError: `invalid` for
 * options or a script that make no sense, `not_found` for a missing script, `unavailable` for an occupied address.
 */
export async function runSimulation(options: SimulationOptions = {}, clock: Clock = SYSTEM_CLOCK): Promise<Simulation> {
  const parsed = SimulationOptions.safeParse(options)
  if (!parsed.success) {
    const places = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
    throw new EyeNetError('invalid', `the simulation cannot start. ${places.join('; ')}`)
  }
  const { data } = parsed
  const faults = await readFaults(data.faults ?? (isDemo(data) ? 'demo' : 'none'))
  const site: SiteOptions = {
    seed: data.seed,
    startedAt: clock.now(),
    community: data.community,
    addressOf: (index) => addressAfter(data.address, index),
    faults,
  }
  const served = await serveSite(createSite(specOf(site, data)), { port: data.port, clock })
  return { ...served, seed: site.seed, startedAt: site.startedAt }
}

type Parsed = z.output<typeof SimulationOptions>

const isDemo = ({ devices, network }: Parsed) => devices === undefined && network === undefined

function specOf(site: SiteOptions, given: Parsed): SiteSpec {
  const { devices, interfaces = DEFAULT_INTERFACES, network, lldp = 'everywhere', hosts } = given
  if (network !== undefined) {
    const plan = { kind: network, devices: devices ?? DEFAULT_DEVICES, seed: site.seed, lldp }
    return madeSite(site, hosts === undefined ? plan : { ...plan, hosts })
  }
  return devices === undefined ? demoSite(site) : loadSite({ ...site, devices, interfaces })
}

async function readFaults(given: string): Promise<FaultScript> {
  if (given === 'none') return NO_FAULTS
  if (given === 'demo') return DEMO_FAULTS
  const text = await readFile(given, 'utf8').catch((cause: unknown) => {
    throw new EyeNetError('not_found', `cannot read the script of faults ${given}: ${messageOf(cause)}`, { cause })
  })
  return parseFaultScript(text, given)
}
