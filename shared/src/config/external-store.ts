import { z } from 'zod'

/** The server's log of what an external engine has still to get may be this small: one segment, and one that is sent. */
const MIN_LOG_BYTES = 256_000_000
const DEFAULT_LOG_BYTES = 20_000_000_000

const url = z
  .url({ protocol: /^https?$/, error: 'http://HOST:PORT or https://HOST:PORT' })
  .refine((text) => !/^[^/]*\/\/[^/]*@/.test(text), 'a URL without a login; give username and password beside it')
const maxLogBytes = z
  .number()
  .int()
  .min(MIN_LOG_BYTES)
  .default(DEFAULT_LOG_BYTES)
  .describe(
    'Samples wait on disk up to this size while the engine is away; beyond it they are refused, and agents keep them.',
  )
const login = {
  username: z.string().min(1).optional().describe('Where the engine wants a login.'),
  password: z.string().optional().describe('Give it as ${file:PATH}.'),
}

/** Metrics in VictoriaMetrics, single node. */
export const VictoriaMetricsStore = z.strictObject({
  kind: z.literal('victoriametrics'),
  url: url.describe('Where it listens, as in http://127.0.0.1:8428.'),
  ...login,
  bearerToken: z.string().min(1).optional().describe('In place of a login. Give it as ${file:PATH}.'),
  maxLogBytes,
})
export type VictoriaMetricsStore = z.infer<typeof VictoriaMetricsStore>

/** Metrics in InfluxDB 1.x. */
export const InfluxStore = z.strictObject({
  kind: z.literal('influxdb'),
  url: url.describe('Where it listens, as in http://127.0.0.1:8086.'),
  database: z
    .string()
    .regex(/^[^"\\\u0000-\u001f]{1,200}$/, 'a name without quotes, backslashes and line breaks')
    .default('eyenet')
    .describe('Made when it is not there and the login may make it.'),
  retentionPolicy: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,200}$/, 'a name of letters, digits, _, . and -')
    .optional()
    .describe("One of the database's retention policies; without it the default one."),
  ...login,
  maxLogBytes,
})
export type InfluxStore = z.infer<typeof InfluxStore>
