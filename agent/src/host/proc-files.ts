/** Readers of Linux' /proc files (proc(5)); pure: text in, numbers out. Lines that do not fit are left out. */

export type CpuTime = { readonly cpu: string; readonly busy: number; readonly total: number }

/** Ticks of each processor since boot, out of /proc/stat. Waiting for a disk counts as idle. */
export function parseCpuTimes(stat: string): CpuTime[] {
  return stat.split('\n').flatMap((line) => {
    const [, cpu, rest = ''] = /^cpu(\d+) (.*)$/.exec(line) ?? []
    if (cpu === undefined) return []
    // guest and guest_nice are in user and nice already.
    const ticks = rest.split(' ').slice(0, 8).map(Number)
    const total = ticks.reduce((sum, one) => sum + one, 0)
    const busy = total - (ticks[3] ?? 0) - (ticks[4] ?? 0)
    return Number.isFinite(total) ? [{ cpu, busy, total }] : []
  })
}

/** Bytes of memory in all and in use, without what the kernel can give back, out of /proc/meminfo. */
export function parseMemory(meminfo: string): { readonly total: number; readonly used: number } | undefined {
  const kib = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(meminfo)?.[1] ?? Number.NaN)
  const total = kib('MemTotal') * 1024
  const available = kib('MemAvailable') * 1024
  return Number.isFinite(total - available) ? { total, used: total - available } : undefined
}

/** Load average over one minute, out of /proc/loadavg. */
export function parseLoad1(loadavg: string): number | undefined {
  const load = Number.parseFloat(loadavg)
  return Number.isFinite(load) ? load : undefined
}

/** Seconds since boot, out of /proc/uptime. */
export function parseUptime(uptime: string): number | undefined {
  const seconds = Number.parseFloat(uptime)
  return Number.isFinite(seconds) ? seconds : undefined
}

export type InterfaceCounters = {
  readonly name: string
  readonly inOctets: number
  readonly inPackets: number
  readonly inErrors: number
  readonly inDiscards: number
  readonly inMulticast: number
  readonly outOctets: number
  readonly outPackets: number
  readonly outErrors: number
  readonly outDiscards: number
}

/** Counters of each interface, out of /proc/net/dev. */
export function parseInterfaces(dev: string): InterfaceCounters[] {
  return dev.split('\n').flatMap((line) => {
    const [, name, rest = ''] = /^\s*([^\s:]+):\s*(.*)$/.exec(line) ?? []
    const n = rest.split(/\s+/).map(Number)
    if (name === undefined || n.length < 16 || n.some((one) => !Number.isFinite(one))) return []
    const at = (column: number): number => n[column] ?? 0
    return [
      {
        name,
        inOctets: at(0),
        inPackets: at(1),
        inErrors: at(2),
        inDiscards: at(3),
        inMulticast: at(7),
        outOctets: at(8),
        outPackets: at(9),
        outErrors: at(10),
        outDiscards: at(11),
      },
    ]
  })
}

/** File systems that lie on something; the others are the kernel's own, or another machine's. */
const REAL_FILE_SYSTEMS: ReadonlySet<string> = new Set([
  'ext2',
  'ext3',
  'ext4',
  'xfs',
  'btrfs',
  'zfs',
  'f2fs',
  'jfs',
  'reiserfs',
  'vfat',
  'exfat',
  'ntfs',
  'ntfs3',
  'bcachefs',
  'overlay',
])

/** Where real disks are mounted, each disk once, out of /proc/self/mounts. */
export function parseMounts(mounts: string): string[] {
  const byDevice = new Map<string, string>()
  for (const line of mounts.split('\n')) {
    const [device = '', path = '', type = ''] = line.split(' ')
    const where = path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    if (!REAL_FILE_SYSTEMS.has(type) || (type === 'overlay' && where !== '/')) continue
    const known = byDevice.get(device)
    if (known === undefined || where.length < known.length) byDevice.set(device, where)
  }
  return [...byDevice.values()]
}

/** The value of a key in the form of /etc/os-release. */
export function parseRelease(text: string, key: string): string {
  return new RegExp(`^${key}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? ''
}
