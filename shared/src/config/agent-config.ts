import { z } from 'zod'
import {
  AnomalyConfig,
  CustomMetric,
  MAX_CUSTOM_METRICS,
  MAX_TARGETS,
  PollIntervals,
  SnmpCredential,
} from '../wire/wire.ts'
import { DiscoveryConfig } from './discovery-config.ts'

const seconds = (least: number, most: number) => z.number().int().min(least).max(most)

const customMetrics = z.array(CustomMetric).max(MAX_CUSTOM_METRICS)

/** A device in the YAML file: its credential is a name in `agent.credentials`. */
export const ConfiguredTarget = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe('How people call it. Default: what the device says, else its address.'),
  address: z.string().min(1).max(255).describe('Host name or address.'),
  snmp: z
    .strictObject({
      credential: z.string().min(1).max(64).describe('A name in `credentials`.'),
      port: z.number().int().min(1).max(65_535).default(161).describe('UDP port.'),
      timeoutMs: z.number().int().min(100).max(60_000).default(2_000).describe('How long one request waits.'),
      retries: z.number().int().min(0).max(10).default(2).describe('How often a request is sent again.'),
      transport: z.enum(['udp', 'tcp']).optional().describe('udp unless told (RFC 3430 has TCP).'),
      maxRequestsPerSecond: z.number().int().min(1).max(10_000).optional().describe('Asked no faster than this.'),
    })
    .optional()
    .describe('How to read it by SNMP. Without it the device is only pinged.'),
  ping: z.boolean().default(true).describe('Whether to send ICMP echoes.'),
  intervalSeconds: seconds(1, 86_400)
    .optional()
    .describe('How often it is polled. Default: `intervalSeconds` of the agent.'),
  intervals: PollIntervals.optional().describe('Other intervals for what it has, by its nature.'),
  metrics: customMetrics.optional().describe('Objects of its own MIB to poll here.'),
})
export type ConfiguredTarget = z.infer<typeof ConfiguredTarget>

export const AgentConfig = z
  .strictObject({
    intervalSeconds: seconds(1, 86_400).default(60).describe('How often each device is polled, at fixed ticks.'),
    intervals: z
      .strictObject({
        sensorsSeconds: seconds(5, 86_400).default(60).describe('Sensors, processors, memory, storage.'),
        inventorySeconds: seconds(60, 604_800)
          .default(3_600)
          .describe('What a device is and has: a survey finds what came and went.'),
        linksSeconds: seconds(30, 86_400)
          .default(300)
          .describe('Who is connected to whom: neighbours, bridges, stations behind ports, addresses, routes.'),
        metrics: z
          .record(z.string().max(100), seconds(5, 86_400))
          .default({})
          .describe('Seconds by metric, for what need not be read so often.'),
      })
      .prefault({})
      .describe('How often what is read. Traffic, states and reach are read at each poll. A target may have its own.'),
    metrics: customMetrics
      .default([])
      .describe("Objects of vendors' MIBs to poll on every device that has them. A target may have its own."),
    host: z
      .strictObject({
        enabled: z.boolean().default(true).describe('Whether the agent watches its own machine.'),
        intervalSeconds: seconds(1, 3_600).default(10).describe('How often.'),
      })
      .prefault({})
      .describe('The machine the agent runs on: CPU, memory, disks, interfaces.'),
    neighbours: z
      .strictObject({
        gateway: z.boolean().default(true).describe('Ping the default gateway.'),
        resolver: z.boolean().default(true).describe('Ping the name servers of /etc/resolv.conf.'),
      })
      .prefault({})
      .describe('What the agent watches around it unasked. It scans nothing: see `discovery`.'),
    discovery: DiscoveryConfig.prefault({}).describe(
      'Where the agent looks for devices: nowhere, unless networks are permitted.',
    ),
    anomaly: AnomalyConfig.prefault({}).describe(
      'How samples are judged where they are taken: what is unusual for a series becomes an event.',
    ),
    credentials: z
      .record(z.string().min(1).max(64), SnmpCredential)
      .default({})
      .describe('SNMP credentials by name. Give secrets as ${file:PATH}.'),
    targets: z
      .array(ConfiguredTarget)
      .max(MAX_TARGETS)
      .default([])
      .describe('Devices to watch, beside those added in the page.'),
    buffer: z
      .strictObject({
        maxBytes: z
          .number()
          .int()
          .min(1_048_576)
          .default(2_147_483_648)
          .describe('Quota of the outbox on disk. When full, the oldest samples go first, counted.'),
        maxAgeSeconds: seconds(60, 31_536_000).default(604_800).describe('Older samples are dropped, counted.'),
        synchronous: z
          .enum(['full', 'normal'])
          .default('full')
          .describe('full: nothing is lost when the power fails. normal: fewer disk writes, the last second may be.'),
      })
      .prefault({})
      .describe('What is kept on disk until the server has it.'),
    log: z
      .strictObject({
        level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least severity that is written.'),
      })
      .prefault({})
      .describe('The log, JSON lines on stderr.'),
  })
  .superRefine((agent, context) => {
    const known = (name: string | undefined, path: readonly (string | number)[]): void => {
      if (name === undefined || Object.hasOwn(agent.credentials, name)) return
      const names = Object.keys(agent.credentials).join(', ') || 'none'
      const message = `there is no credential of that name; \`credentials\` has: ${names}`
      context.addIssue({ code: 'custom', path: [...path], message })
    }
    agent.targets.forEach((target, at) => {
      known(target.snmp?.credential, ['targets', at, 'snmp', 'credential'])
    })
    agent.discovery.credentials.forEach((name, at) => {
      known(name, ['discovery', 'credentials', at])
    })
  })
export type AgentConfig = z.infer<typeof AgentConfig>
