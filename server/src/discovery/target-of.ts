import { type SnmpCredential, Target } from '@eyenet/shared/wire'
import type { OpenCredential } from './credential-records.ts'
import { addressToWatch, type InboxEntry, nameOf } from './inbox-entry.ts'

type Wanted = {
  /** Credentials that are known, by id. */
  readonly credentials: ReadonlyMap<string, OpenCredential>
  /** One that somebody chose instead of the one that worked. */
  readonly chosen: OpenCredential | undefined
  readonly intervalSeconds: number | undefined
}

/** Ids of credentials of the server; what agents' files name has names. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export type WantedTarget = { readonly target: Target } | { readonly problem: string }

/** What an agent is to watch for an entry, or why it cannot: by ping, and by SNMP where that answered or is wanted. */
export function targetOf(entry: InboxEntry, { credentials, chosen, intervalSeconds }: Wanted): WantedTarget {
  const address = addressToWatch(entry)
  if (address === undefined) return { problem: 'only its MAC is known yet: it cannot be asked without an address' }
  const answered = entry.evidence.snmp
  const used = answered === undefined ? undefined : credentials.get(answered.credential)
  if (answered !== undefined && used === undefined && chosen === undefined) {
    const which = UUID.test(answered.credential) ? 'a credential' : `"${answered.credential}"`
    const problem = `it answered to ${which} that is in its agent's own file, or not in its agent's plan: choose one for it`
    return { problem }
  }
  const credential = chosen ?? used
  const name = answered === undefined ? nameOf(entry) : ''
  const target = Target.parse({
    address,
    ...(answered !== undefined && { device: answered.device }),
    ...(name !== '' && { name }),
    ...(credential !== undefined && { snmp: accessOf(credential, answered?.port) }),
    ...(intervalSeconds !== undefined && { intervalSeconds }),
  })
  return { target }
}

function accessOf({ credential, port }: OpenCredential, answered: number | undefined) {
  return { credential: credential satisfies SnmpCredential, port: answered ?? port ?? 161 }
}
