import { ACCESS_FAMILIES } from './families-access.ts'
import { HOST_FAMILIES } from './families-host.ts'
import { NETWORK_FAMILIES } from './families-network.ts'
import { SITE_FAMILIES } from './families-site.ts'
import { vendorOf } from './vendors.ts'

/** A device family: who makes it and what runs on it. */
export type Family = { readonly vendor?: string; readonly os?: string }

/** What tells families apart. `enterprises` are the private subtrees in which the device has anything. */
export type Signs = {
  readonly sysObjectId: string
  readonly sysDescr: string
  readonly enterprises: readonly number[]
}

/**
 * One line of the tables: `PLACE OS [children] [@Vendor] [+enterprise] [~ words|words]`. PLACE is a part of sysObjectID
 * below 1.3.6.1.4.1, `=` before one that is not below it, `*` for any. Children are last arcs below PLACE. Each of `+`
 * and `~` must hold where they stand: the device has that private subtree; sysDescr holds one of the words (`^word`:
 * begins with it), in any case.
 */
type Rule = {
  readonly place: string | null
  readonly os: string
  readonly vendor: string | undefined
  readonly enterprises: readonly number[]
  readonly words: readonly string[]
}

const ENTERPRISES = '1.3.6.1.4.1'
/** Numbers under which others' software answers: what else is known of a device says more. */
const SHARED = ['8072', '2021', '4413'].map((number) => `${ENTERPRISES}.${number}`)
/** Systems that others build on: a private subtree beside theirs says who did. */
const GENERIC = ['linux', 'freebsd', 'openbsd', 'netbsd', 'solaris']
/** Private subtrees of agents that run on any computer: hardware, guests, daemons. */
const ADD_ONS = [2, 9, 11, 42, 232, 311, 674, 795, 2021, 2076, 2238, 3582, 4413, 4491, 6876, 8072, 10876, 12325, 14706]
/** The words that tell a family stand at the beginning. */
const MOST_DESCR = 600

const RULES = [NETWORK_FAMILIES, ACCESS_FAMILIES, SITE_FAMILIES, HOST_FAMILIES].flatMap((lines) =>
  lines.split('\n').flatMap((line) => (line.trim() === '' ? [] : rulesOf(line))),
)
/** The longest place first; at one place those with a condition first, then in the order of the tables. */
const BY_PLACE = RULES.filter(({ place }) => place !== null).sort(
  (a, b) => (b.place ?? '').split('.').length - (a.place ?? '').split('.').length || conditions(b) - conditions(a),
)
const ANYWHERE = RULES.filter(({ place }) => place === null)

/**
 * The family of a device. Rules at the longest part of its sysObjectID win; where that part belongs to software that
 * many vendors build on, rules over sysDescr and private subtrees come first.
 */
export function familyOf(signs: Signs): Family {
  const sysObjectId = signs.sysObjectId.replace(/^\./, '')
  const descr = signs.sysDescr.slice(0, MOST_DESCR).toLowerCase()
  const holds = (rule: Rule): boolean => isTrue(rule, { ...signs, sysDescr: descr })
  const placed = BY_PLACE.filter((rule) => isBelow(sysObjectId, rule.place ?? '') && holds(rule))
  const own = placed.find((rule) => conditions(rule) > 0 || !SHARED.some((shared) => isBelow(rule.place ?? '', shared)))
  const anywhere = ANYWHERE.find(holds) ?? placed[0]
  if (own === undefined && (anywhere === undefined || GENERIC.includes(anywhere.os))) {
    const builder = builderOf(signs)
    if (builder !== undefined) return builder
  }
  const found = own ?? anywhere
  const enterprise = enterpriseOf(sysObjectId)
  const vendor = found?.vendor ?? vendorOf(enterprise)
  const os = found?.os ?? (enterprise === undefined ? undefined : slug(vendorOf(enterprise)))
  return { ...(vendor !== undefined && { vendor }), ...(os !== undefined && { os }) }
}

/** The family of the only vendor that has a private subtree on a device whose own number says nothing. */
function builderOf({ sysDescr, enterprises }: Signs): Family | undefined {
  const others = enterprises.filter((number) => !ADD_ONS.includes(number))
  const [number] = others
  if (number === undefined || others.length > 1 || vendorOf(number) === undefined) return undefined
  return familyOf({ sysObjectId: `${ENTERPRISES}.${number}`, sysDescr, enterprises: [] })
}

/** The private enterprise number in an OID. */
export function enterpriseOf(oid: string): number | undefined {
  const found = /^\.?1\.3\.6\.1\.4\.1\.(\d{1,10})(?:\.|$)/.exec(oid)?.[1]
  return found === undefined ? undefined : Number(found)
}

function isTrue(rule: Rule, { sysDescr, enterprises }: Signs): boolean {
  if (rule.enterprises.some((number) => !enterprises.includes(number))) return false
  if (rule.words.length === 0) return true
  return rule.words.some((word) =>
    word.startsWith('^') ? sysDescr.startsWith(word.slice(1)) : sysDescr.includes(word),
  )
}

function isBelow(oid: string, place: string): boolean {
  return oid === place || oid.startsWith(`${place}.`)
}

function conditions({ words, enterprises }: Rule): number {
  return (words.length > 0 ? 1 : 0) + enterprises.length
}

function rulesOf(line: string): readonly Rule[] {
  const [head = '', words = ''] = line.split(' ~ ')
  const [place = '', os = '', ...rest] = head.trim().split(' ')
  const tail = rest.join(' ')
  const vendor = /@([^+]+)/.exec(tail)?.[1]?.trim()
  const enterprises = Array.from(tail.matchAll(/\+(\d+)/g), (found) => Number(found[1]))
  const children = rest.filter((word) => /^\d/.test(word))
  const base = place === '*' ? null : place.startsWith('=') ? place.slice(1) : `${ENTERPRISES}.${place}`
  const rule = {
    os,
    vendor,
    enterprises,
    words: words === '' ? [] : words.split('|').map((word) => word.toLowerCase()),
  }
  return (children.length === 0 ? [base] : children.map((child) => `${base}.${child}`)).map((at) => ({
    place: at,
    ...rule,
  }))
}

function slug(vendor: string | undefined): string | undefined {
  return vendor?.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')
}
