import { EyeNetError, messageOf } from '@eyenet/shared/errors'
import { parse } from 'yaml'
import { z } from 'zod'

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
/** A site has few kinds of faults; more than this is a generated file gone wrong. */
const MAX_FAULTS = 1_000
const MAX_DAYS_MS = 30 * UNIT_MS.d

/** Seconds as a number, or a text such as 20s, 10m, 1h30m. Becomes milliseconds. */
const Duration = z
  .union([z.number().nonnegative(), z.string().regex(/^(?:\d+(?:ms|s|m|h|d))+$/, 'a duration such as 20s, 10m, 1h30m')])
  .transform((given) => (typeof given === 'number' ? Math.round(given * 1_000) : durationMs(given)))
  .pipe(z.number().max(MAX_DAYS_MS, 'at most 30d'))

function durationMs(text: string): number {
  let sum = 0
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[smhd])/g)) {
    sum += Number(count) * UNIT_MS[(unit ?? 's') as keyof typeof UNIT_MS]
  }
  return sum
}

const device = z.string().min(1).describe('Name of the device, as in sysName or its first part.')
const port = z.string().min(1).describe('Name of the interface (ifName).')
const when = {
  at: Duration.describe('When it begins, after the start of the cycle.'),
  for: Duration.refine((ms) => ms > 0, 'longer than 0').describe('How long it lasts.'),
}

export const Fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('device_down'), device, ...when }),
  z.strictObject({ kind: z.literal('link_down'), device, interface: port, ...when }),
  z.strictObject({
    kind: z.literal('move_cable'),
    device,
    interface: port,
    to: z
      .strictObject({ device, interface: port })
      .describe('Where that end of the cable is plugged in meanwhile; a free port.'),
    ...when,
  }),
  z.strictObject({
    kind: z.literal('surge'),
    device,
    interface: port,
    ...when,
    utilisation: z.number().min(0).max(0.97).default(0.95).describe('Share of the speed that is reached.'),
    direction: z.enum(['in', 'out', 'both']).default('both'),
  }),
  z.strictObject({
    kind: z.literal('stall'),
    device,
    interface: port,
    ...when,
    direction: z.enum(['in', 'out', 'both']).default('both').describe('The port stays up and nothing passes.'),
  }),
  z.strictObject({
    kind: z.literal('stuck'),
    device,
    sensor: z.string().min(1).describe('Name of the sensor that shows its last value.'),
    ...when,
  }),
  z.strictObject({
    kind: z.literal('errors'),
    device,
    interface: port,
    ...when,
    perSecond: z.number().positive().max(1_000_000).default(25).describe('Received packets with errors.'),
  }),
  z.strictObject({
    kind: z.literal('temperature'),
    device,
    sensor: z.string().min(1).optional().describe('Name of the sensor. Default: every temperature of the device.'),
    ...when,
    celsius: z.number().min(-100).max(200).default(30).describe('How much it rises, over the first third of the time.'),
  }),
  z.strictObject({
    kind: z.literal('cpu'),
    device,
    ...when,
    percent: z.number().min(0).max(100).default(97).describe('How busy every processor is.'),
  }),
])
export type Fault = z.infer<typeof Fault>

export const FaultScript = z
  .strictObject({
    every: Duration.optional().describe('After how long the script begins anew. Without it, it runs once.'),
    faults: z.array(Fault).max(MAX_FAULTS),
  })
  .superRefine((script, context) => {
    const { every } = script
    if (every === undefined) return
    script.faults.forEach((fault, at) => {
      if (fault.at + fault.for <= every) return
      context.addIssue({
        code: 'custom',
        path: ['faults', at, 'for'],
        message: `ends ${(fault.at + fault.for) / 1_000} s after the start of the cycle, but the cycle is over after ${every / 1_000} s`,
      })
    })
  })
export type FaultScript = z.infer<typeof FaultScript>

export const NO_FAULTS: FaultScript = { faults: [] }

/** Reads a script in YAML or JSON. Throws EyeNetError `invalid` that names the place and what is wrong there. */
export function parseFaultScript(text: string, file: string): FaultScript {
  let raw: unknown
  try {
    raw = parse(text)
  } catch (cause) {
    throw new EyeNetError('invalid', `${file} is neither YAML nor JSON: ${messageOf(cause)}`, { cause })
  }
  const parsed = FaultScript.safeParse(raw)
  if (parsed.success) return parsed.data
  const places = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the script'}: ${issue.message}`)
  throw new EyeNetError('invalid', `${file} is no script of faults. ${places.join('; ')}`)
}
