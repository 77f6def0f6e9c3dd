import { z } from 'zod'

export const AUTH_PROTOCOLS = ['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512'] as const
export const PRIV_PROTOCOLS = ['des', 'aes128', 'aes256', 'aes256r'] as const

const secret = z.string().min(1).max(255)
const CommunityCredential = z.strictObject({ version: z.enum(['1', '2c']), community: secret })
const UserCredential = z
  .strictObject({
    version: z.literal('3'),
    user: z.string().min(1).max(32),
    authProtocol: z.enum(AUTH_PROTOCOLS).optional(),
    authKey: secret.min(8).optional(),
    privProtocol: z.enum(PRIV_PROTOCOLS).optional(),
    privKey: secret.min(8).optional(),
    context: z.string().max(255).optional(),
  })
  .refine((one) => (one.authProtocol === undefined) === (one.authKey === undefined), {
    message: 'authProtocol and authKey belong together',
  })
  .refine((one) => (one.privProtocol === undefined) === (one.privKey === undefined), {
    message: 'privProtocol and privKey belong together',
  })
  .refine((one) => one.privProtocol === undefined || one.authProtocol !== undefined, {
    message: 'privacy needs authentication (RFC 3414): set authProtocol and authKey too',
  })

/** How to speak SNMP with a device (RFC 1157, 1901, 3414). Secret: never logged, sent in the clear or shown. */
export const SnmpCredential = z.discriminatedUnion('version', [CommunityCredential, UserCredential])
export type SnmpCredential = z.infer<typeof SnmpCredential>

export const SnmpAccess = z.strictObject({
  port: z.number().int().min(1).max(65_535).default(161),
  credential: SnmpCredential,
  timeoutMs: z.number().int().min(100).max(60_000).default(2_000),
  retries: z.number().int().min(0).max(10).default(2),
  transport: z.enum(['udp', 'tcp']).optional(),
  /** The device is asked no faster than this. */
  maxRequestsPerSecond: z.number().int().min(1).max(10_000).optional(),
})
export type SnmpAccess = z.infer<typeof SnmpAccess>
