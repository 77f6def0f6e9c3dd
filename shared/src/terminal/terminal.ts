/**
 * What both command lines print: text made safe for a terminal, tables, completion scripts. Pure: writing it out, and
 * asking whether there is a terminal, is the callers'.
 */
export { type CommandTree, completionScript, SHELLS, type Shell } from './completion.ts'
export { plainText, textTable } from './plain-text.ts'
