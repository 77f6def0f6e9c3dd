import type { CommunityCredential } from './credential.ts'
import { encodeRequest, type SnmpRequest } from './message.ts'
import type { Endpoint, Reply, Transport } from './transport.ts'

/** One SNMP version's way to put a question to a device, once. */
export type Link = {
  readonly hasBulk: boolean
  ask(request: SnmpRequest, timeoutMs: number): Promise<Reply>
  close(): void
}

/** v1 and v2c (RFC 1157, RFC 3416) by our own codec. A context is asked for as many switches want it: `community@context`. */
export function communityLink(transport: Transport, endpoint: Endpoint, credential: CommunityCredential): Link {
  const version = credential.version === '1' ? 0 : 1
  const access = { version, community: Buffer.from(credential.community, 'utf8') } as const
  const accessIn = (context: string | undefined): typeof access =>
    context ? { version, community: Buffer.from(`${credential.community}@${context}`, 'utf8') } : access
  return {
    hasBulk: version === 1,
    ask: (request, timeoutMs) =>
      transport.exchange(
        endpoint,
        (requestId) => encodeRequest(request, requestId, accessIn(request.context)),
        timeoutMs,
      ),
    close: () => undefined,
  }
}
