import { randomUUID } from 'node:crypto'
import { DeviceId, type EpochMs } from '@eyenet/shared/identity'
import { pino } from 'pino'
import type { Audit } from '../auth/auth.ts'
import type { ControlDb } from '../db/db.ts'
import { type DiscoveryRoom, openDiscovery } from '../discovery/discovery.ts'
import type { Fleet } from '../fleet/fleet.ts'
import { vaultOf } from '../vault/vault.ts'

type Own = { readonly db: ControlDb; readonly now: () => EpochMs; readonly audit: Audit }

/** A real room of discovery, whose agents take every device and refuse every task. */
export function discoveryOf(own: Own, { list, get }: Pick<Fleet, 'list' | 'get'>): Promise<DiscoveryRoom> {
  return openDiscovery({
    ...own,
    logger: pino({ level: 'silent' }),
    vault: vaultOf(new Uint8Array(32).fill(7)),
    fleet: {
      ...{ list, get, nameOf: () => 'edge', desiredChanged: () => {}, unwatchAll: async () => {} },
      ask: async (_, { kind }) => ({ kind: 'refused', id: randomUUID(), reason: `no ${kind}` }),
      watchAll: async (_, targets) => targets.map(({ device = DeviceId.parse(randomUUID()) }) => ({ device })),
    },
    deviceName: () => 'core-1',
    resolve: (id) => id,
    isWatchedBeside: async () => false,
    forgetDevice: async () => {},
    onFound: async () => {},
  })
}
