import { z } from 'zod'

const brokerUrl = z
  .string()
  .regex(
    /^mqtts?:\/\/(\[[0-9a-fA-F:.]+\]|[^@/?#\s:]+)(:\d{1,5})?\/?$/,
    'mqtt://HOST:PORT or mqtts://HOST:PORT, no login',
  )

const EmbeddedBroker = z.strictObject({
  kind: z
    .literal('embedded')
    .optional()
    .describe('In this server, set up under `mqtt`; or `external`, with options of its own: see the README.'),
})

/** MQTT by a broker beside the server, such as a cluster. Who may connect there, and to which topics, is its own. */
export const ExternalBroker = z
  .strictObject({
    kind: z.literal('external'),
    url: brokerUrl.describe('How this server reaches it.'),
    agentUrl: brokerUrl.optional().describe('How agents reach it, where that differs.'),
    username: z.string().min(1).max(255).optional().describe('Login of this server there.'),
    password: z.string().min(1).optional().describe('Give it as ${file:PATH}.'),
    caFile: z.string().min(1).optional().describe('CA of its certificate, PEM, where the system does not know it.'),
    certFile: z.string().min(1).optional().describe('Certificate of this server for it, PEM.'),
    keyFile: z.string().min(1).optional().describe('The key of `certFile`, PEM.'),
    shareGroup: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, _ and -')
      .default('eyenet')
      .describe(
        'Servers of one group share what agents send, where the broker knows MQTT 5. Another EyeNet on the same broker needs another.',
      ),
  })
  .refine((one) => (one.certFile === undefined) === (one.keyFile === undefined), {
    message: 'certFile and keyFile belong together',
  })
  .refine((one) => one.password === undefined || one.username !== undefined, {
    message: 'a password needs a username',
  })
export type ExternalBroker = z.infer<typeof ExternalBroker>

export const BrokerConfig = z.discriminatedUnion('kind', [EmbeddedBroker, ExternalBroker])
export type BrokerConfig = z.infer<typeof BrokerConfig>
