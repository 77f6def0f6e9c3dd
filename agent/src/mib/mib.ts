/**
 * What MIB modules say: names any OID, decodes traps' objects, finds columns and their types. Knows the shipped tables, a user's own
 * MIB modules beside them, and compiles MIB files. It does not talk to devices and does not judge what is a sensor.
 */
export { type CompiledMibs, type CompiledModule, compileMibs } from './compile-mibs.ts'
export { decodeFacts } from './decode-facts.ts'
export { encodeFacts } from './encode-facts.ts'
export * from './fact.ts'
export { FactTable } from './fact-table.ts'
export { parseFactText } from './fact-text.ts'
export type { MibFile, MibProblem } from './mib-problem.ts'
export { oidOfText } from './oid-of-text.ts'
export { type MibFacts, type MibFactsOptions, type Named, openMibFacts, type TableName } from './open-mib-facts.ts'
export { MAX_MIB_CHARACTERS } from './parse-mib.ts'
export { ROOT_FACTS } from './root-facts.ts'
export { removeUserModule, saveUserModules } from './user-facts.ts'
export { mibsIn } from './user-folder.ts'
