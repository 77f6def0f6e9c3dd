import type { AgentConfig } from '@eyenet/shared/config'
import { type Birth, TASK_KINDS } from '@eyenet/shared/wire'
import { abilityOf } from './detect/detect.ts'
import type { Discovery } from './discover/discover.ts'
import type { Pinger } from './probe/probe.ts'

/** What an agent of this version can do on this machine now, as its birth tells it. */
export function abilitiesOf(
  { kind: ping }: Pinger,
  { offered }: Discovery,
  { discovery: { networks: within } }: AgentConfig,
): Birth['abilities'] {
  const platform = `${process.platform}-${process.arch}`
  return {
    ...{ ping, platform, settings: true, tasks: [...TASK_KINDS], models: abilityOf() },
    ...{ links: true, discovery: true, networks: [...offered] },
    ...(within && { discoveryWithin: within }),
  }
}
