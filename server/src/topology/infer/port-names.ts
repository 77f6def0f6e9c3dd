/** Leading letters of an interface's name, longest first, and the two letters or so that the field writes for them. */
const SHORT_FORMS: readonly (readonly [RegExp, string])[] = [
  [/^(?:hundredgige|hundredgigabitethernet|hu|ce)$/, 'hu'],
  [/^(?:fortygige|fortygigabitethernet|fo)$/, 'fo'],
  [/^(?:twentyfivegige|twentyfivegigabitethernet|twe)$/, 'twe'],
  [/^(?:tengige|tengigabitethernet|te|ten-gigabitethernet|xgigabitethernet|xge)$/, 'te'],
  [/^(?:gigabitethernet|gigabit|gi|ge|gige)$/, 'gi'],
  [/^(?:fastethernet|fa|fe)$/, 'fa'],
  [/^(?:ethernet|eth|et|e)$/, 'eth'],
  [/^(?:port-channel|portchannel|po|bundle-ether|be|eth-trunk|lag|trk|trunk|bridge-aggregation|bagg)$/, 'po'],
  [/^(?:management|mgmt|ma)$/, 'ma'],
  [/^(?:vlan|vl|vlan-interface|vlanif)$/, 'vl'],
  [/^(?:loopback|lo)$/, 'lo'],
  [/^(?:port|interface|if|slot)$/, ''],
]

/**
 * One spelling for the ways in which the field writes an interface: `GigabitEthernet1/0/1`, `Gi1/0/1` and `ge 1/0/1`
 * are `gi1/0/1`; `Port 7` is `7`. Lower case, without blanks.
 */
export function shortPortName(name: string): string {
  const plain = name.trim().toLowerCase().replace(/\s+/g, '')
  const parts = /^([a-z][a-z-]*?)-?(\d.*)$/.exec(plain)
  if (parts === null) return plain
  const [, letters = '', rest = ''] = parts
  // Junos names the kind of its hardware, and a dash is part of that: ge-0/0/1 has no other spelling.
  if (plain[letters.length] === '-') return plain
  const short = SHORT_FORMS.find(([forms]) => forms.test(letters))?.[1]
  return `${short ?? letters}${rest}`
}

/** A unit of a physical interface, as `ge-0/0/1.0` or `eth0.20`: the name of the interface itself, else undefined. */
export function parentName(name: string): string | undefined {
  const at = name.lastIndexOf('.')
  return at > 0 && /^\d{1,5}$/.test(name.slice(at + 1)) ? name.slice(0, at) : undefined
}

/** A station's address as a number below 2^48, however it is written; undefined for anything else. */
export function macNumber(text: string): number | undefined {
  if (text.length < 12 || text.length > 17) return undefined
  const hex = text.length === 12 ? text : text.replace(/[:.\- ]/g, '')
  return /^[0-9a-f]{12}$/i.test(hex) ? Number.parseInt(hex, 16) : undefined
}

/** Lower-case hex with colons. */
export function macText(mac: number): string {
  const hex = mac.toString(16).padStart(12, '0')
  return hex.replace(/(..)(?!$)/g, '$1:')
}

/** 2^40: the first octet starts here; its lowest bit says group, the next one says given out locally. */
const FIRST_OCTET = 2 ** 40

/** Whether one station can have this address: no group, no zeros, not one that routers share (VRRP, HSRP, GLBP). */
export function isStation(mac: number): boolean {
  if (mac === 0 || (Math.floor(mac / FIRST_OCTET) & 1) === 1) return false
  const vrrp = Math.floor(mac / 0x100)
  const hsrp = Math.floor(mac / 0x1000)
  return vrrp !== 0x5e_00_01 && vrrp !== 0x5e_00_02 && vrrp !== 0x0c_07_ac && hsrp !== 0xc9ff
}
