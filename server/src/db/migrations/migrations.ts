import type { Migration } from 'kysely'
import { auth } from './0001-auth.ts'
import { fleet } from './0002-fleet.ts'
import { inventory } from './0003-inventory.ts'
import { alerting } from './0004-alerting.ts'
import { deviceDetails } from './0005-device-details.ts'
import { mibAttempts } from './0006-mib-attempts.ts'
import { certificates } from './0007-certificates.ts'
import { ledger } from './0008-ledger.ts'
import { configuration } from './0009-configuration.ts'
import { signingKeys } from './0010-signing-keys.ts'
import { models } from './0011-models.ts'
import { anomalies } from './0012-anomalies.ts'
import { topology } from './0013-topology.ts'
import { discovery } from './0014-discovery.ts'
import { identity } from './0015-identity.ts'
import { incidents } from './0016-incidents.ts'
import { incidentsAfterwards } from './0017-incidents-afterwards.ts'
import { topologyWaits } from './0018-topology-waits.ts'

/** Append-only: what was released is never changed or renumbered, and they run in the order of their names. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-auth': auth,
  '0002-fleet': fleet,
  '0003-inventory': inventory,
  '0004-alerting': alerting,
  '0005-device-details': deviceDetails,
  '0006-mib-attempts': mibAttempts,
  '0007-certificates': certificates,
  '0008-ledger': ledger,
  '0009-configuration': configuration,
  '0010-signing-keys': signingKeys,
  '0011-models': models,
  '0012-anomalies': anomalies,
  '0013-topology': topology,
  '0014-discovery': discovery,
  '0015-identity': identity,
  '0016-incidents': incidents,
  '0017-incidents-afterwards': incidentsAfterwards,
  '0018-topology-waits': topologyWaits,
}
