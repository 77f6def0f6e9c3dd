import type { EnginePort, Outgoing, WriteOptions, WriteOutcome } from './engine-port.ts'

export type SendOutcome =
  | {
      readonly kind: 'sent'
      /** Samples that the engine will never take. */
      readonly refused: number
      /** Why, of the first of them. */
      readonly reason: string | undefined
      /** Samples for which the engine has no form. */
      readonly unstorable: number
    }
  | (WriteOutcome & { readonly kind: 'failed' })

/**
 * Sends samples; what the engine refuses for good is halved until the bad ones stand alone. That takes at most twice as
 * many requests as there are samples.
 */
export async function sendAll(engine: EnginePort, samples: Outgoing, options: WriteOptions): Promise<SendOutcome> {
  const outcome = await engine.write(samples, options)
  if (outcome.kind === 'failed') return outcome
  if (outcome.kind === 'written') {
    const { refused, unstorable } = outcome
    return { kind: 'sent', refused: refused?.count ?? 0, reason: refused?.reason, unstorable }
  }
  const count = samples.labels.length
  if (count <= 1) return { kind: 'sent', refused: count, reason: outcome.reason, unstorable: 0 }
  const middle = count >> 1
  const sent = { kind: 'sent' as const, refused: 0, reason: undefined as string | undefined, unstorable: 0 }
  for (const half of [slice(samples, 0, middle), slice(samples, middle, count)]) {
    // The engine may have kept the good ones of the whole.
    const part = await sendAll(engine, half, { maybeThere: true })
    if (part.kind === 'failed') return { ...part, maybeArrived: true }
    sent.refused += part.refused
    sent.unstorable += part.unstorable
    sent.reason ??= part.reason
  }
  return sent
}

/** Some of them, without copying the numbers. */
export function slice({ labels, times, values }: Outgoing, start: number, end: number): Outgoing {
  return { labels: labels.slice(start, end), times: times.subarray(start, end), values: values.subarray(start, end) }
}
