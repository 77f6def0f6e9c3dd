/**
 * Sensors of any device without a profile: rules over what the device's MIBs say of each object (unit, convention, labels, name,
 * neighbours in its row), and checks of what is read. Reads only tables in which a sensor may be. Knows no vendor.
 */
export { mibFactSource } from './mib-fact-source.ts'
export type { FactSource, ObjectFact, ObjectGroup } from './object-fact.ts'
export { isPlausible, isSentinel, NO_READINGS } from './plausible.ts'
export { sensorsByFacts } from './read-by-facts.ts'
export { unitOf } from './units.ts'
