import type { Additions } from './buffer/buffer.ts'
import { resolveAddress, type WatchedDevice } from './device/device.ts'
import { type Discovery, heardOutbox } from './discover/discover.ts'
import type { AgentOptions } from './running-agent.ts'
import type { Clock, Scheduler } from './schedule/schedule.ts'
import { TrapWatch } from './traps/traps.ts'

export type TrapWorld = {
  readonly clock: Clock
  readonly devices: () => ReadonlyMap<string, WatchedDevice>
  readonly scheduler: Pick<Scheduler, 'runNow'>
}

/** What an agent does about traps of the devices that it watches. */
export function openTraps({ logger }: AgentOptions, { clock, devices, scheduler }: TrapWorld): TrapWatch {
  return new TrapWatch({
    clock,
    logger: logger.child({ room: 'traps' }),
    *targets() {
      for (const { target, device } of devices().values()) {
        if (target.snmp !== undefined) yield { key: target.key, address: target.address, device }
      }
    },
    resolve: async (name) => {
      const resolved = await resolveAddress(name)
      return resolved.kind === 'ok' ? resolved.address : undefined
    },
    look: (key) => {
      if (devices().get(key)?.linksMayHaveChanged()) scheduler.runNow(key)
    },
  })
}

/** The outbox, listened to by all who look for devices, or wait for them to speak. */
export function listenedOutbox<Box extends { append(additions: Additions): void }>(
  outbox: Box,
  { discovery, traps }: { readonly discovery: Discovery; readonly traps: TrapWatch },
): Box {
  return heardOutbox(outbox, {
    heard: (list) => discovery.heard(list),
    owned: (addresses, device) => {
      discovery.owned(addresses)
      traps.owned(device, addresses)
    },
  })
}
