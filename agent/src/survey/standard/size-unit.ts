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
  return statedUnit(units, name) ?? PLAUSIBLE.find(({ least }) => total >= least)?.unit
}

/** Bytes in one unit, where the MIB's units or the object's name tell. */
export function statedUnit(units: string, name: string): number | undefined {
  if (/\bk(?:ilo|i)?[\s-]?b/i.test(units) || /(?:^|[a-z])(?:KB|Kb|KBytes|Kbytes)(?![a-z])/.test(name)) return 1024
  if (/\bm(?:ega|i)?[\s-]?b/i.test(units) || /(?:^|[a-z])(?:MB|MBytes|Mbytes)(?![a-z])/.test(name)) return 1024 ** 2
  if (/\bg(?:iga|i)?[\s-]?b/i.test(units) || /(?:^|[a-z])(?:GB|GBytes|Gbytes)(?![a-z])/.test(name)) return 1024 ** 3
  if (/\bt(?:era|i)?[\s-]?b/i.test(units) || /(?:^|[a-z])(?:TB|TBytes)(?![a-z])/.test(name)) return 1024 ** 4
  return /\b(?:bytes?|octets?)\b/i.test(units) ? 1 : undefined
}
