import { z } from 'zod'
import { BrokerConfig } from './broker-config.ts'
import { duration } from './duration.ts'
import { LearnConfig } from './learn-config.ts'
import { StoreConfig } from './store-config.ts'
import { HttpTlsConfig, MqttTlsConfig } from './tls-config.ts'

const PORTS = '(?:[0-5]?\\d{1,4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])'
const hostPort = z
  .string()
  .regex(
    new RegExp(`^(?:\\[[0-9a-fA-F:.%a-z]+\\]|[^:\\s[\\]]+):${PORTS}$`),
    'HOST:PORT with a port up to 65535, an IPv6 address in brackets',
  )
const httpUrl = z.url({ protocol: /^https?$/ })

export const ServerConfig = z.strictObject({
  listen: hostPort.default('127.0.0.1:8080').describe('Where the page and the API are served.'),
  publicUrl: httpUrl.optional().describe('How people reach the page; used in notifications and enrolment commands.'),
  tls: HttpTlsConfig.prefault({}).describe('HTTPS for the page and the API.'),
  mqtt: z
    .strictObject({
      listen: hostPort.default('127.0.0.1:1883').describe('Where agents and integrations connect.'),
      publicUrl: z
        .string()
        .regex(/^mqtts?:\/\//, 'mqtt://HOST:PORT')
        .optional()
        .describe('How agents reach it, where that differs.'),
      maxPacketBytes: z
        .number()
        .int()
        .min(65_536)
        .max(16_777_216)
        .default(1_048_576)
        .describe('Larger packets end the connection.'),
      maxConnections: z
        .number()
        .int()
        .min(1)
        .max(100_000)
        .default(5_000)
        .describe('Connections beyond it are refused.'),
      tls: MqttTlsConfig.prefault({}).describe('MQTT over TLS.'),
    })
    .prefault({})
    .describe('The embedded MQTT broker.'),
  broker: BrokerConfig.prefault({}).describe('Which MQTT broker agents and this server meet at.'),
  secrets: z
    .strictObject({
      keyFile: z
        .string()
        .min(1)
        .optional()
        .describe(
          'Holds the key under which secrets are kept, 32 bytes. Left out: the systemd credential eyenet-vault-key where there is one, else secret.key in the data folder.',
        ),
    })
    .prefault({})
    .describe('How secrets are kept: credentials of devices, and keys that sign.'),
  store: StoreConfig.prefault({}).describe('Where metrics are kept.'),
  alerting: z
    .strictObject({
      evaluationInterval: duration
        .default('15s')
        .describe('How often rules are evaluated, unless their group says otherwise.'),
      shippedRules: z.boolean().default(true).describe('Whether the rules that come with EyeNet are used.'),
      ruleFiles: z.array(z.string().min(1)).max(100).default([]).describe("Rule files in Prometheus' format."),
      webhooks: z
        .array(
          z.strictObject({
            name: z.string().min(1).max(64).describe('How it is called in the page.'),
            url: httpUrl.describe('Gets a POST for each change.'),
            bearerToken: z
              .string()
              .min(1)
              .optional()
              .describe('Sent as Authorization: Bearer. Give it as ${file:PATH}.'),
          }),
        )
        .max(32)
        .default([])
        .describe("Told in Alertmanager's webhook format, version 4."),
      email: z
        .strictObject({
          host: z.string().min(1).describe('SMTP server.'),
          port: z.number().int().min(1).max(65_535).default(587).describe('Its port.'),
          security: z
            .enum(['starttls', 'tls', 'none'])
            .default('starttls')
            .describe('none is only for a mail server on this machine.'),
          user: z.string().optional().describe('Where the server wants a login.'),
          password: z.string().optional().describe('Give it as ${file:PATH}.'),
          from: z.string().min(3).describe('Sender.'),
          to: z.array(z.string().min(3)).min(1).max(50).describe('Recipients.'),
        })
        .optional()
        .describe('Told by e-mail.'),
    })
    .prefault({})
    .describe('Alert rules and who is told.'),
  inventory: z
    .strictObject({
      staleDays: z
        .number()
        .int()
        .min(1)
        .max(3_650)
        .default(7)
        .describe('A device without an answer for so long is stale.'),
      retireDays: z
        .number()
        .int()
        .min(1)
        .max(3_650)
        .default(30)
        .describe('One that the server watches is then retired: polled no more, its history kept.'),
    })
    .refine(({ staleDays, retireDays }) => staleDays <= retireDays, 'retireDays is not below staleDays')
    .prefault({})
    .describe('What becomes of devices that have vanished.'),
  learn: LearnConfig.prefault({}).describe('Anomaly models learnt from the history of this server.'),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least severity that is written.'),
    })
    .prefault({})
    .describe('The log, JSON lines on stderr.'),
})
export type ServerConfig = z.infer<typeof ServerConfig>
