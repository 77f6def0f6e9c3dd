import { readFile, statfs } from 'node:fs/promises'
import {
  type CpuTime,
  type InterfaceCounters,
  parseCpuTimes,
  parseInterfaces,
  parseLoad1,
  parseMemory,
  parseMounts,
  parseUptime,
} from './proc-files.ts'

export type HostInterface = InterfaceCounters & {
  readonly ifIndex: number
  readonly ifType: number
  readonly mac: string
  readonly mtu: number
  readonly ifAlias: string
  readonly adminUp: boolean
  readonly operState: string
  /** Bits per second; 0 where the driver does not say. */
  readonly speedBps: number
}

export type Disk = { readonly path: string; readonly total: number; readonly used: number }

export type HostReading = {
  readonly cpus: readonly CpuTime[]
  readonly memory: { readonly total: number; readonly used: number } | undefined
  readonly load1: number | undefined
  readonly uptime: number | undefined
  readonly disks: readonly Disk[]
  readonly interfaces: readonly HostInterface[]
}

/** Machines that run containers have hundreds of interfaces and mounts. */
const MAX_INTERFACES = 128
const MAX_DISKS = 64
const IFF_UP = 1

/** Reads this machine out of /proc, /sys and the file systems. What cannot be read is empty or undefined. */
export async function readHost(): Promise<HostReading> {
  const [stat, meminfo, loadavg, uptime, mounts, dev] = await Promise.all(
    ['stat', 'meminfo', 'loadavg', 'uptime', 'self/mounts', 'net/dev'].map((name) => textOf(`/proc/${name}`)),
  )
  const interfaces = parseInterfaces(dev ?? '').slice(0, MAX_INTERFACES)
  const disks = await Promise.all(
    parseMounts(mounts ?? '')
      .slice(0, MAX_DISKS)
      .map(readDisk),
  )
  return {
    cpus: parseCpuTimes(stat ?? ''),
    memory: parseMemory(meminfo ?? ''),
    load1: parseLoad1(loadavg ?? ''),
    uptime: parseUptime(uptime ?? ''),
    disks: disks.filter((disk) => disk !== undefined),
    interfaces: await Promise.all(interfaces.map(readInterface)),
  }
}

async function readDisk(path: string): Promise<Disk | undefined> {
  try {
    const { bsize, blocks, bfree } = await statfs(path)
    return blocks > 0 ? { path, total: blocks * bsize, used: (blocks - bfree) * bsize } : undefined
  } catch {
    return undefined
  }
}

async function readInterface(counters: InterfaceCounters): Promise<HostInterface> {
  const read = (name: string): Promise<string> => textOf(`/sys/class/net/${counters.name}/${name}`)
  const [ifindex, type, address, mtu, ifalias, flags, operstate, speed] = await Promise.all(
    ['ifindex', 'type', 'address', 'mtu', 'ifalias', 'flags', 'operstate', 'speed'].map(read),
  )
  const mbps = Number(speed)
  return {
    ...counters,
    ifIndex: Number(ifindex) || 0,
    ifType: ianaType(Number(type)),
    mac: address ?? '',
    mtu: Number(mtu) || 0,
    ifAlias: (ifalias ?? '').slice(0, 1024),
    adminUp: (Number(flags) & IFF_UP) !== 0,
    operState: operstate ?? '',
    speedBps: mbps > 0 ? mbps * 1e6 : 0,
  }
}

/** IANAifType of Linux' ARPHRD numbers: Ethernet 6, loopback 24, tunnel 131, else other 1. */
function ianaType(hardware: number): number {
  if (hardware === 1) return 6
  if (hardware === 772) return 24
  return hardware >= 768 && hardware < 800 ? 131 : 1
}

export async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').then(
    (text) => text.trim(),
    () => '',
  )
}
