const MAX_ARC = 2 ** 32 - 1
/** X.660: below the roots 0 and 1 there are 40 arcs; BER puts both into one number. */
const MAX_SECOND_ARC = 39

export const OID_RULE = 'an arc of an OID is 4294967295 at most, and the second one 39 at most after 0 or 1'

/** Whether SNMP can carry an OID that is well-formed as text. */
export function isEncodableOid(oid: string): boolean {
  const [root, second = 0, ...rest] = oid.split('.').map(Number)
  const limit = root === 2 ? MAX_ARC - 80 : MAX_SECOND_ARC
  return second <= limit && rest.every((arc) => arc <= MAX_ARC)
}
