import { ipOctets } from './ip-octets.ts'

/** Documentation networks (RFC 5737), then the one for benchmarks (RFC 2544): 256 and 131,072 hosts each. */
const NETWORKS = [
  [192, 0, 2],
  [198, 51, 100],
  [203, 0, 113],
] as const
const HOSTS = 254
const BENCHMARK = [198, 18] as const
const MOST_BENCHMARK = 131_072

/** Other addresses for a device's own: the same one for the same each time, so that tables still join. */
export type AddressMask = {
  ip(octets: readonly number[]): readonly number[]
  mac(octets: readonly number[]): readonly number[]
  /** Whether an address has been replaced before: then it is one wherever it stands. */
  knows(octets: readonly number[]): readonly number[] | undefined
}

export function createAddressMask(): AddressMask {
  const known = new Map<string, readonly number[]>()
  const made = { 4: 0, 16: 0, 6: 0 }
  const replaced = (octets: readonly number[], make: () => readonly number[]): readonly number[] => {
    const key = octets.join('.')
    const found = known.get(key) ?? make()
    known.set(key, found)
    return found
  }
  return {
    ip(octets) {
      if (octets.length === 4) return isPublicKnowledge(octets) ? octets : replaced(octets, () => ipv4(made[4]++))
      if (octets.length !== 16 || isSpecialV6(octets)) return octets
      return replaced(octets, () => ipv6(octets, ++made[16]))
    },
    mac: (octets) => (isSpecialMac(octets) ? octets : replaced(octets, () => macAddress(made[6]++))),
    knows: (octets) => known.get(octets.join('.')),
  }
}

/** Unset, loopback, masks, multicast and broadcast: they say nothing about a network. */
function isPublicKnowledge([first = 0, second = 0, third = 0, last = 0]: readonly number[]): boolean {
  if (first === 0 || first === 127 || first >= 224) return true
  return (first === 128 || first === 192) && second === 0 && third === 0 && last === 0
}

function ipv4(count: number): readonly number[] {
  const network = NETWORKS[Math.floor(count / HOSTS)]
  if (network !== undefined) return [...network, (count % HOSTS) + 1]
  const place = (count - NETWORKS.length * HOSTS) % MOST_BENCHMARK
  return [BENCHMARK[0], BENCHMARK[1] + (place >> 16), (place >> 8) & 0xff, place & 0xff]
}

function isSpecialV6(octets: readonly number[]): boolean {
  return octets[0] === 0xff || octets.slice(0, 15).every((octet) => octet === 0)
}

/** 2001:db8::n (RFC 3849); a link-local one stays link-local. */
function ipv6(octets: readonly number[], count: number): readonly number[] {
  const head = octets[0] === 0xfe ? [0xfe, 0x80, 0, 0] : [0x20, 0x01, 0x0d, 0xb8]
  return [...head, 0, 0, 0, 0, 0, 0, 0, 0, ...wordOctets(count)]
}

function isSpecialMac(octets: readonly number[]): boolean {
  const [first = 0] = octets
  return (first & 1) === 1 || octets.every((octet) => octet === 0)
}

/** 00-00-5E-00-53-xx for documentation (RFC 7042), and locally administered ones behind them. */
function macAddress(count: number): readonly number[] {
  if (count < 256) return [0, 0, 0x5e, 0, 0x53, count]
  return [2, 0, ...wordOctets(count)]
}

function wordOctets(count: number): readonly number[] {
  return [24, 16, 8, 0].map((shift) => (count >>> shift) & 0xff)
}

const IPV4_TEXT = /(?<![\d.])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)/g
const MAC_TEXTS = [
  // 00:1b:21:aa:bb:cc, 0:1b:21:a:b:c, 00-1b-21-aa-bb-cc
  /(?<![0-9a-f:.-])[0-9a-f]{1,2}([:-])(?:[0-9a-f]{1,2}\1){4}[0-9a-f]{1,2}(?![0-9a-f:-])/gi,
  /(?<![0-9a-f])[0-9a-f]{2}(?: [0-9a-f]{2}){5}(?! ?[0-9a-f]{2}\b|[0-9a-f])/gi,
  // 001b.21aa.bbcc, 001b-21aa-bbcc, 001b21-aabbcc
  /(?<![0-9a-f.-])[0-9a-f]{4}([.:-])[0-9a-f]{4}\1[0-9a-f]{4}(?![0-9a-f.:-])/gi,
  /(?<![0-9a-f-])[0-9a-f]{6}-[0-9a-f]{6}(?![0-9a-f-])/gi,
  // 001b21aabbcc: with a letter, since twelve digits are a number more often.
  /(?<![0-9a-f])(?=\d*[a-f])[0-9a-f]{12}(?![0-9a-z])/gi,
  /(?<=mac\W{0,3})\d{12}(?!\d)/gi,
]
const IPV6_TEXT = /(?<![0-9a-f:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![0-9a-f:])/gi
const VERSION_BEFORE = /(?<![a-z])(?:v|ver|version|release|rev|revision|firmware|software|build)[\s:.=]{0,3}$/i
const ADDRESS_BEFORE =
  /\b(?:ip|ipv4|addr|address|host|gateway|gw|inet|server|from|to|at|via|peer|nat|dns)(?:\W{1,3}is)?\W{0,3}$/i

/** Addresses within text. What looks like one and stands behind `version` is none. */
export function maskAddressText(text: string, mask: AddressMask, isVersion: boolean): string {
  const unmac = MAC_TEXTS.reduce((told, form) => told.replace(form, (found) => rewrittenMac(found, mask)), text)
  return unmac
    .replace(IPV6_TEXT, (found) => {
      const octets = ipOctets(found)
      return octets === undefined ? found : colonWords(mask.ip(octets))
    })
    .replace(IPV4_TEXT, (found, ...parts) => {
      const before = String(parts[5]).slice(Math.max(0, Number(parts[4]) - 20), Number(parts[4]))
      const octets = parts.slice(0, 4).map(Number)
      const known = mask.knows(octets)
      if (octets.some((octet) => octet > 255)) return found
      const isTold = known !== undefined || ADDRESS_BEFORE.test(before)
      if (!isTold && (isVersion || VERSION_BEFORE.test(before))) return found
      return mask.ip(octets).join('.')
    })
}

/** In the same notation as before. */
function rewrittenMac(found: string, mask: AddressMask): string {
  const digits = found.replace(/(?<![0-9a-f])[0-9a-f](?![0-9a-f])/gi, '0$&').replace(/[^0-9a-f]/gi, '')
  const octets = mask.mac(Array.from(Buffer.from(digits, 'hex')))
  const hex = octets.map((octet) => octet.toString(16).padStart(2, '0'))
  const cased = /[A-F]/.test(found) ? hex.map((two) => two.toUpperCase()) : hex
  const groups = found.split(/[^0-9a-f]/i)
  const separator = /[^0-9a-f]/i.exec(found)?.[0] ?? ''
  if (groups.length === 6) return cased.join(separator)
  const size = 12 / groups.length
  return groups.map((_, at) => cased.join('').slice(at * size, (at + 1) * size)).join(separator)
}

function colonWords(octets: readonly number[]): string {
  const words = Array.from({ length: 8 }, (_, at) =>
    (((octets[at * 2] ?? 0) << 8) | (octets[at * 2 + 1] ?? 0)).toString(16),
  )
  return words.join(':')
}
