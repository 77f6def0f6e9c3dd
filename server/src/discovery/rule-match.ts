import type { DiscoveryRule } from '@eyenet/shared/api'
import { type IpNumber, ipNetwork, ipNumber, NetworkSet } from '@eyenet/shared/network'
import { compileRegex, type Regex } from '@eyenet/shared/regex'
import { addressesOf, type InboxEntry } from './inbox-entry.ts'

type Compiled = { readonly rule: DiscoveryRule; readonly holds: (entry: InboxEntry) => boolean }

/** Rules, ready to be asked many times. */
export class RuleMatch {
  readonly #rules: readonly Compiled[]

  constructor(rules: readonly DiscoveryRule[]) {
    this.#rules = rules.filter(({ enabled }) => enabled).map((rule) => ({ rule, holds: conditionOf(rule.when) }))
  }

  /** The first rule that is about an entry; undefined where none is. */
  ruleFor(entry: InboxEntry): DiscoveryRule | undefined {
    return this.#rules.find(({ holds }) => holds(entry))?.rule
  }
}

function conditionOf(when: DiscoveryRule['when']): (entry: InboxEntry) => boolean {
  const networks = when.networks && NetworkSet.of(when.networks.flatMap((text) => ipNetwork(text) ?? []))
  const sysName = when.sysName === undefined ? undefined : globOf(when.sysName)
  const vendor = when.vendor === undefined ? undefined : globOf(when.vendor)
  return (entry) => {
    const { snmp, role, vendor: ofVendor } = entry.evidence
    if (when.agents !== undefined && !when.agents.includes(entry.agent)) return false
    if (when.roles !== undefined && !when.roles.includes(role)) return false
    if (when.snmp !== undefined && when.snmp !== (snmp !== undefined)) return false
    if (sysName !== undefined && !(snmp !== undefined && fits(sysName, snmp.sysName))) return false
    if (vendor !== undefined && !fits(vendor, ofVendor)) return false
    return networks === undefined || numbersOf(entry).some((number) => networks.has(number))
  }
}

function numbersOf(entry: InboxEntry): readonly IpNumber[] {
  return addressesOf(entry).flatMap(({ address }) => ipNumber(address) ?? [])
}

/** * stands for any characters, ? for one. Names come from the network: the time is linear in them, whatever they hold. */
function globOf(glob: string): Regex {
  const pieces = [...glob.toLowerCase()].map((char) => {
    if (char === '*') return '.*'
    return char === '?' ? '.' : char.replace(/[\\.+()[\]{}^$|]/g, '\\$&')
  })
  return compileRegex(`(?s:${pieces.join('').replace(/(?:\.\*)+/g, '.*')})`)
}

function fits(glob: Regex, text: string): boolean {
  return glob.test(text.toLowerCase())
}
