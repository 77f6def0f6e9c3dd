/** 16 MiB to some terabytes: less is no memory that a device with SNMP runs in, more is none yet. */
const PLAUSIBLE = [
  { least: 16 * 1024 * 1024, unit: 1 },
  { least: 16 * 1024, unit: 1024 },
  { least: 16, unit: 1024 * 1024 },
]

/**
 * Bytes in one unit of a size: as the MIB's units say, else the object's name, else as memory of today can only be.
 * Undefined where nothing fits.
 */
export function sizeUnit(units: string, name: string, total: number): number | undefined {
  if (/\bk(?:ilo|i)?[\s-]?b/i.test(units) || /(?:^|[a-z])(?:KB|Kb|KBytes|Kbytes)(?![a-z])/.test(name)) return 1024
  if (/\bm(?:ega|i)?[\s-]?b/i.test(units) || /(?:^|[a-z])(?:MB|MBytes|Mbytes)(?![a-z])/.test(name)) return 1024 * 1024
  if (/\b(?:bytes?|octets?)\b/i.test(units)) return 1
  return PLAUSIBLE.find(({ least }) => total >= least)?.unit
}
