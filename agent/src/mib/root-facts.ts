import type { FactKind, RawFact } from './fact.ts'

/** The top of the tree, which MIB modules take for granted (RFC 2578, RFC 1155, RFC 1157): `name above number`. */
const ROOTS = `
ccitt . 0
iso . 1
joint-iso-ccitt . 2
zeroDotZero ccitt 0
org iso 3
dod org 6
internet dod 1
directory internet 1
mgmt internet 2
mib-2 mgmt 1
transmission mib-2 10
snmp mib-2 11
experimental internet 3
private internet 4
enterprises private 1
security internet 5
snmpV2 internet 6
snmpDomains snmpV2 1
snmpProxys snmpV2 2
snmpModules snmpV2 3
`

function rootFacts(): RawFact[] {
  const oids = new Map<string, readonly number[]>([['.', []]])
  const plain = { kind: 'node' satisfies FactKind, access: '', status: 'current', units: '', quantity: '' } as const
  return ROOTS.trim()
    .split('\n')
    .map((line): RawFact => {
      const [name = '', above = '', arc = ''] = line.split(' ')
      const oid = [...(oids.get(above) ?? []), Number(arc)]
      oids.set(name, oid)
      return {
        ...plain,
        oid,
        name,
        module: name === 'snmp' ? 'SNMPv2-MIB' : 'SNMPv2-SMI',
        augments: false,
        references: [],
      }
    })
}

export const ROOT_FACTS: readonly RawFact[] = rootFacts()

/** The same by name, with what X.660 calls two of them today. */
export const ROOT_NAMES: ReadonlyMap<string, readonly number[]> = new Map([
  ...ROOT_FACTS.map((root): [string, readonly number[]] => [root.name, root.oid]),
  ['itu-t', [0]],
  ['joint-iso-itu-t', [2]],
])
