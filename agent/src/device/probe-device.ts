import { randomUUID } from 'node:crypto'
import { type Labels, METRIC_NAME, SiteName } from '@eyenet/shared/identity'
import type { Target, TestStep } from '@eyenet/shared/wire'
import type { Logger } from 'pino'
import type { Additions, NewFacts } from '../buffer/buffer.ts'
import type { Pinger } from '../probe/probe.ts'
import type { Clock } from '../schedule/schedule.ts'
import type { SnmpEngine } from '../snmp/snmp.ts'
import { testTarget } from './test-target.ts'
import { WatchedDevice } from './watched-device.ts'

/** What one device is and has, read once. `interfaces` and later sections are as eyenet-snmp-result/1 has them. */
export type ProbeResult = {
  readonly schema: 'eyenet-snmp-result/1'
  readonly answered: boolean
  readonly steps: readonly TestStep[]
  readonly device?: NewFacts['identity']
  readonly interfaces: readonly ProbedInterface[]
  readonly processors: readonly { readonly name: string; readonly usagePercent: number }[]
  readonly memory: readonly { readonly name: string; readonly totalBytes: number; readonly usedBytes: number }[]
  readonly storage: readonly { readonly name: string; readonly totalBytes: number; readonly usedBytes: number }[]
}

export type ProbedInterface = {
  readonly ifIndex: number
  readonly name: string
  readonly descr: string
  readonly alias: string
  readonly type: number
  readonly mac: string
  readonly speedBps?: number
  readonly mtu?: number
  readonly adminStatus?: number
  readonly operStatus?: number
  readonly inOctets?: number
  readonly outOctets?: number
  readonly inErrors?: number
  readonly outErrors?: number
}

export type ProbeParts = {
  readonly snmp: SnmpEngine
  readonly pinger: Pinger
  readonly logger: Logger
  readonly clock: Clock
}

/** Asks the device as an agent would in its first poll, and keeps nothing. */
export async function probeDevice(target: Target, { snmp, pinger, logger, clock }: ProbeParts): Promise<ProbeResult> {
  const site = SiteName.parse('probe')
  const test = await testTarget(randomUUID(), target, { site, snmp, pinger })
  const { ok, steps } = test.kind === 'test-target' ? test : { ok: false, steps: [] }
  const seen = new SeenOnce()
  if (ok && target.snmp !== undefined) {
    const watched = new WatchedDevice(
      { key: target.address, address: target.address, snmp: target.snmp, ping: false, intervalMs: 60_000 },
      {
        ...{ site, snmp, pinger, logger, clock },
        outbox: seen,
        memory: { load: () => undefined, save: () => {} },
      },
    )
    await watched.poll(clock.now())
    watched.close()
  }
  return {
    schema: 'eyenet-snmp-result/1',
    answered: ok,
    steps,
    ...(seen.facts !== undefined && { device: seen.facts.identity }),
    interfaces: (seen.facts?.interfaces ?? []).map((one) => interfaceOf(one, seen)),
    processors: seen.all('device_cpu_ratio').map(({ labels, value }) => ({
      name: labels.cpu ?? '',
      usagePercent: value * 100,
    })),
    memory: pairs(seen, { total: 'device_memory_total_bytes', used: 'device_memory_used_bytes', label: '' }),
    storage: pairs(seen, { total: 'device_storage_total_bytes', used: 'device_storage_used_bytes', label: 'storage' }),
  }
}

/** Takes what a poll appends, and gives it back by metric. */
class SeenOnce {
  facts: NewFacts | undefined
  readonly #labels: Labels[] = []
  readonly #values = new Map<number, number>()

  seriesId(labels: Labels): number {
    return this.#labels.push(labels) - 1
  }

  append({ samples = [], facts = [] }: Partial<Additions>): void {
    this.facts = facts[0] ?? this.facts
    for (const { ids, values } of samples) {
      for (let at = 0; at < ids.length; at += 1) this.#values.set(ids[at] ?? -1, values[at] ?? 0)
    }
  }

  all(metric: string): readonly { readonly labels: Labels; readonly value: number }[] {
    const found: { labels: Labels; value: number }[] = []
    for (const [id, value] of this.#values) {
      const labels = this.#labels[id]
      if (labels?.[METRIC_NAME] === metric && Number.isFinite(value)) found.push({ labels, value })
    }
    return found
  }

  of(metrics: readonly string[], name: string): number | undefined {
    for (const metric of metrics) {
      const found = this.all(metric).find(({ labels }) => labels.interface === name)
      if (found !== undefined) return found.value
    }
    return undefined
  }
}

function interfaceOf(one: NewFacts['interfaces'][number], seen: SeenOnce): ProbedInterface {
  const measured = {
    speedBps: one.speedBps,
    mtu: one.mtu,
    adminStatus: seen.of(['ifAdminStatus'], one.interface),
    operStatus: seen.of(['ifOperStatus'], one.interface),
    inOctets: seen.of(['ifHCInOctets', 'ifInOctets'], one.interface),
    outOctets: seen.of(['ifHCOutOctets', 'ifOutOctets'], one.interface),
    inErrors: seen.of(['ifInErrors'], one.interface),
    outErrors: seen.of(['ifOutErrors'], one.interface),
  }
  return {
    ifIndex: one.ifIndex,
    name: one.ifName || one.ifDescr,
    descr: one.ifDescr,
    alias: one.ifAlias,
    type: one.ifType,
    mac: one.mac,
    ...Object.fromEntries(Object.entries(measured).filter(([, value]) => value !== undefined)),
  }
}

function pairs(seen: SeenOnce, { total, used, label }: { total: string; used: string; label: string }) {
  const byName = new Map(seen.all(used).map(({ labels, value }) => [labels[label] ?? '', value]))
  return seen.all(total).flatMap(({ labels, value }) => {
    const name = labels[label] ?? ''
    const usedBytes = byName.get(name)
    return usedBytes === undefined ? [] : [{ name: name || 'memory', totalBytes: value, usedBytes }]
  })
}
