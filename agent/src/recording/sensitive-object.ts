import type { Fact } from '../mib/mib.ts'

/** What a masked recording puts in place of an object's text. */
export type Sensitive =
  | { readonly kind: 'secret' }
  | { readonly kind: 'word'; readonly label: string }
  | { readonly kind: 'engine' }

/** Communities, users, views and targets of the agent itself: a masked recording leaves them out whole. */
const LEFT_OUT = [12, 13, 14, 15, 16, 18].map((arc) => `1.3.6.1.6.3.${arc}.`)

const RULES: readonly (readonly [name: RegExp, what: Sensitive])[] = [
  [/password|passwd|passphrase|secret|preshared|psk$|privkey|authkey|encryptionkey|community/i, { kind: 'secret' }],
  // What programs were started with holds passwords more often than one thinks.
  [/^hrSWRunParameters$|commandline$|cmdline$|arguments$/i, { kind: 'secret' }],
  [/engineid$/i, { kind: 'engine' }],
  [/contact$|contactname$|email|phone(?:number)?$/i, { kind: 'word', label: 'contact' }],
  [/location$|location(?:name|info)$|address(?:line|street)|latitude|longitude/i, { kind: 'word', label: 'location' }],
  [/alias$/i, { kind: 'word', label: 'alias' }],
  [
    /serial(?:num|number|no|id)?$|servicetag|assettag|assetid|imei|imsi|iccid|licen[cs]ekey/i,
    { kind: 'word', label: 'serial' },
  ],
  [/user(?:name|id)?$|username|loginname|subscriber(?:name|id)/i, { kind: 'word', label: 'user' }],
  [/ssid(?:name)?$/i, { kind: 'word', label: 'ssid' }],
  [
    /^sysname$|sysname$|hostname|systemname$|devicename$|deviceid$|remname$|domainname$|nodename$/i,
    { kind: 'word', label: 'name' },
  ],
]

/** A Unix names its host in sysDescr: `Linux web-1 6.1.0`. */
export function hostOfDescription(text: string): string | undefined {
  return /^(?:Linux|FreeBSD|OpenBSD|NetBSD|DragonFly|Darwin|SunOS|AIX|HP-UX) (\S{1,255}) /.exec(text)?.[1]
}

export function isLeftOut(oid: string): boolean {
  return LEFT_OUT.some((root) => oid.startsWith(root))
}

/** What an object may say about whose device it is, by its name in the MIB; undefined for most. */
export function sensitiveBy(fact: Fact): Sensitive | undefined {
  return RULES.find(([name]) => name.test(fact.name))?.[1]
}

/** Whether text that looks like an address is more likely a version. */
export function isVersionObject(fact: Fact | undefined): boolean {
  return fact !== undefined && /version|revision|release|firmware|software|rev$|^sysDescr$/i.test(fact.name)
}

/** Whether what an object holds lets one in somewhere: a community, a password, a user of the agent itself. */
export function isSecretObject(oid: string, fact: Fact | undefined): boolean {
  return isLeftOut(oid) || (fact !== undefined && sensitiveBy(fact)?.kind === 'secret')
}
