import { z } from 'zod'

const file = z.string().min(1).max(4_096)

/** Which certificate a port shows. The key never stands in the configuration itself. */
const TlsFiles = {
  mode: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe('With auto it is on, unless it listens on loopback only, or a proxy is in front (publicUrl).'),
  names: z
    .array(z.string().regex(/^[A-Za-z0-9._:*-]{1,253}$/, 'a host name or an address'))
    .max(100)
    .default([])
    .describe("Names and addresses that the server's own certificate is for, beside those it finds."),
  certFile: file.optional().describe('A certificate of another CA with its chain, PEM, in place of its own.'),
  keyFile: file.optional().describe('The key of `certFile`, PEM.'),
}

const together = (one: { certFile?: string | undefined; keyFile?: string | undefined }): boolean =>
  (one.certFile === undefined) === (one.keyFile === undefined)
const apart = { message: 'certFile and keyFile belong together' }

export const HttpTlsConfig = z.strictObject(TlsFiles).refine(together, apart)
export type HttpTlsConfig = z.infer<typeof HttpTlsConfig>

export const MqttTlsConfig = z
  .strictObject({
    ...TlsFiles,
    mode: TlsFiles.mode.describe(
      'With auto it is on, unless it listens on loopback only. Where it is on, agents log in by certificate.',
    ),
    caFile: file.optional().describe('The CA of `certFile`, PEM, where the machines of agents do not know it.'),
  })
  .refine(together, apart)
export type MqttTlsConfig = z.infer<typeof MqttTlsConfig>
