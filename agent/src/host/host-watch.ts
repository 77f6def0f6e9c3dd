import { hostname, networkInterfaces, release, type } from 'node:os'
import { type DeviceId, type EpochMs, strongestFact } from '@eyenet/shared/identity'
import type { Logger } from 'pino'
import type { Additions, NewFacts } from '../buffer/buffer.ts'
import { type CaptureParts, PassiveCapture } from '../capture/capture.ts'
import {
  DeviceInfo,
  type DeviceMemory,
  DeviceSeries,
  deviceIdOf,
  FactsTeller,
  factsOf,
  PollSamples,
  rounded,
  type SeriesIds,
} from '../device/device.ts'
import type { Clock } from '../schedule/schedule.ts'
import { HostLinks, isOuter } from './host-links.ts'
import { type CpuTime, parseRelease } from './proc-files.ts'
import { type HostInterface, type HostReading, readHost, textOf } from './read-host.ts'

export type HostParts = {
  readonly site: string
  /** How often the machine is looked at. */
  readonly intervalMs: () => number
  readonly outbox: SeriesIds & { append(additions: Additions): void }
  readonly memory: DeviceMemory
  readonly clock: Clock
  readonly logger: Logger
  readonly linksEveryMs: () => number
  /** How frames that pass by are captured; tcpdump unless told. */
  readonly openCapture?: CaptureParts['open']
  /** Reads this machine; /proc unless told. */
  readonly read?: () => Promise<HostReading>
}

type Machine = { readonly device: DeviceId; readonly rank: string; readonly facts: Omit<NewFacts, 'at' | 'interfaces'> }

/** Info series are repeated within the look-back of PromQL, five minutes. */
const INFO_EVERY_MS = 200_000
const OPER_STATUS: Readonly<Record<string, number>> = {
  up: 1,
  down: 2,
  testing: 3,
  dormant: 5,
  notpresent: 6,
  lowerlayerdown: 7,
}

/** The agent's own machine as a device: processors, memory, disks, interfaces with the names of IF-MIB. */
export class HostWatch {
  readonly #parts: HostParts
  readonly #teller = new FactsTeller()
  readonly #info = new DeviceInfo()
  readonly #infoIds = new Map<string, { id: number; key: string; atMs: number }>()
  readonly #ids = new Map<string, number>()
  readonly #links: HostLinks
  readonly #capture: PassiveCapture
  #interfaces: readonly HostInterface[] = []
  #cpus = new Map<string, CpuTime>()
  #machine: Machine | undefined

  constructor(parts: HostParts) {
    this.#parts = parts
    const { clock, logger, outbox, openCapture: open, linksEveryMs: everyMs } = parts
    const device = (): DeviceId | undefined => this.device
    const interfaces = (): readonly string[] => this.#interfaces.filter(canListen).map(({ name }) => name)
    this.#capture = new PassiveCapture({ clock, logger, outbox, device, interfaces, ...(open && { open }) })
    this.#links = new HostLinks({ clock, logger, outbox, heard: () => this.#capture.heard(), everyMs })
  }

  get device(): DeviceId | undefined {
    return this.#machine?.device
  }

  /** Whether frames that pass by are read, where the machine permits it. */
  listen(isWanted: boolean): void {
    this.#capture.want(isWanted)
  }

  close(): void {
    this.#capture.close()
  }

  /** One reading. Rates of processors come with the second. */
  async poll(tick: EpochMs): Promise<void> {
    const { outbox, clock, site } = this.#parts
    const reading = await (this.#parts.read ?? readHost)()
    this.#machine ??= await this.#identify()
    const machine = this.#machine
    this.#interfaces = reading.interfaces
    const series = new DeviceSeries(outbox, { site, device: machine.device })
    const samples = new PollSamples()
    const nowMs = clock.monotonicMs()
    const add = (metric: string, value: number | undefined, labels: Readonly<Record<string, string>> = {}): void => {
      if (value === undefined) return
      samples.add(this.#id(series, metric, labels), value)
    }
    add('device_up', 1)
    this.#addCpus(reading.cpus, add)
    add('device_memory_total_bytes', reading.memory?.total)
    add('device_memory_used_bytes', reading.memory?.used)
    add('device_load1', reading.load1)
    add('device_uptime_seconds', reading.uptime)
    for (const disk of reading.disks) {
      add('device_storage_total_bytes', disk.total, { storage: disk.path })
      add('device_storage_used_bytes', disk.used, { storage: disk.path })
    }
    for (const one of reading.interfaces) {
      addInterface(one, add)
      this.#addInfo(one, { samples, series, nowMs })
    }
    const facts = this.#facts(tick, machine, reading.interfaces)
    this.#info.add(facts, { samples, series, nowMs })
    outbox.append({ samples: [samples.at(tick)], facts: this.#teller.isDue(facts, nowMs) ? [facts] : [] })
    await this.#links.polled(machine.device, reading.interfaces)
  }

  #id(series: DeviceSeries, metric: string, labels: Readonly<Record<string, string>>): number {
    const key = `${metric}\u0000${Object.values(labels).join('\u0000')}`
    const id = this.#ids.get(key) ?? series.id(metric, labels)
    this.#ids.set(key, id)
    return id
  }

  #addCpus(cpus: readonly CpuTime[], add: Add): void {
    for (const now of cpus) {
      const before = this.#cpus.get(now.cpu)
      if (before === undefined || now.total <= before.total) continue
      const ratio = (now.busy - before.busy) / (now.total - before.total)
      add('device_cpu_ratio', rounded(Math.min(1, Math.max(0, ratio)), 4), { cpu: now.cpu })
    }
    this.#cpus = new Map(cpus.map((one) => [one.cpu, one]))
  }

  #addInfo(one: HostInterface, into: { samples: PollSamples; series: DeviceSeries; nowMs: number }): void {
    const { name, ifIndex, ifAlias, ifType, mac } = one
    const labels = { interface: name, ifIndex: String(ifIndex), ifName: name, ifDescr: name, ifAlias }
    const key = `${ifIndex} ${ifType} ${mac} ${ifAlias}`
    const known = this.#infoIds.get(name)
    if (known?.key === key && into.nowMs - known.atMs < INFO_EVERY_MS) return
    if (known !== undefined && known.key !== key) into.samples.stale(known.id)
    const id = into.series.id('interface_info', { ...labels, ifType: String(ifType), mac })
    this.#infoIds.set(name, { id, key, atMs: into.nowMs })
    into.samples.add(id, 1)
  }

  async #identify(): Promise<Machine> {
    const { memory, site } = this.#parts
    const name = hostname()
    const address = ownAddress()
    const [machineId, os, vendor, model] = await Promise.all(
      ['/etc/machine-id', '/etc/os-release', '/sys/class/dmi/id/sys_vendor', '/sys/class/dmi/id/product_name'].map(
        textOf,
      ),
    )
    const fact = strongestFact({ ...(machineId ? { serial: machineId } : {}), sysName: name, site, address })
    const kept = memory.load('host')
    const device = kept?.device ?? deviceIdOf(fact)
    const rank = kept?.rank ?? fact.rank
    if (kept === undefined) memory.save('host', { device, rank, interfaces: [], bases: {} })
    const system = {
      sysName: name,
      sysDescr: `${parseRelease(os ?? '', 'PRETTY_NAME')} ${type()} ${release()}`.trim(),
      sysObjectId: '',
      sysLocation: '',
      sysContact: '',
      engineId: '',
      chassisMac: '',
      serial: '',
      model: model ?? '',
      vendor: vendor ?? '',
      os: type().toLowerCase(),
      version: parseRelease(os ?? '', 'VERSION_ID') || release(),
    }
    const reach = { snmp: 'off', icmp: 'off', problem: '' } as const
    const { clock, intervalMs } = this.#parts
    const at = clock.now()
    const facts = factsOf({
      at,
      device,
      rank,
      name,
      address,
      kindOfTarget: 'host',
      intervalMs: intervalMs(),
      system,
      reach,
      interfaces: [],
    })
    return { device, rank, facts }
  }

  #facts(at: EpochMs, machine: Machine, interfaces: readonly HostInterface[]): NewFacts {
    return {
      ...machine.facts,
      at,
      interfaces: interfaces.map(({ name, ifIndex, ifAlias, ifType, mac, mtu, speedBps }) => ({
        interface: name,
        ifIndex,
        ifName: name,
        ifDescr: name,
        ifAlias,
        ifType,
        mac,
        mtu,
        ...(speedBps > 0 ? { speedBps } : {}),
      })),
    }
  }
}

/** IANAifType ethernetCsmacd. */
const ETHERNET = 6

function canListen({ name, ifType, adminUp, operState }: HostInterface): boolean {
  return isOuter(name) && ifType === ETHERNET && adminUp && operState !== 'down'
}

type Add = (metric: string, value: number | undefined, labels?: Readonly<Record<string, string>>) => void

function addInterface(one: HostInterface, add: Add): void {
  const labels = { interface: one.name }
  add('ifHCInOctets', one.inOctets, labels)
  add('ifHCOutOctets', one.outOctets, labels)
  // Linux counts multicast among the packets.
  add('ifHCInUcastPkts', Math.max(0, one.inPackets - one.inMulticast), labels)
  add('ifHCInMulticastPkts', one.inMulticast, labels)
  add('ifHCOutUcastPkts', one.outPackets, labels)
  add('ifInErrors', one.inErrors, labels)
  add('ifOutErrors', one.outErrors, labels)
  add('ifInDiscards', one.inDiscards, labels)
  add('ifOutDiscards', one.outDiscards, labels)
  add('ifAdminStatus', one.adminUp ? 1 : 2, labels)
  // A loopback or a tunnel says "unknown" while it works.
  add('ifOperStatus', OPER_STATUS[one.operState] ?? (one.adminUp ? 1 : 2), labels)
  add('ifSpeed', one.speedBps, labels)
}

/** An address of this machine that others may know it by. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((some) => some ?? [])
  const outside = all.filter((one) => !one.internal)
  return (outside.find((one) => one.family === 'IPv4') ?? outside[0])?.address ?? '127.0.0.1'
}
