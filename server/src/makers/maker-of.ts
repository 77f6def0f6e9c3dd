import { MakerTable, NO_MAKER } from './maker-table.ts'
import { readAssignments } from './read-assignments.ts'

/** What is said of an address that somebody chose: a phone that hides who it is, a virtual machine, a bridge of software. */
const RANDOM_OR_LOCAL = 'random or local'
/** The bit of the first octet that tells addresses that nobody was assigned (IEEE 802, 8.4). */
const LOCAL_BIT = 2
const FIRST_OCTET = 2 ** 40

let loaded: MakerTable | undefined

/** Read when first asked for: a server that has no station needs none. */
function table(): MakerTable {
  loaded ??= new MakerTable(readAssignments())
  return loaded
}

/** The maker of the adapter that has this MAC, in any notation; empty where nobody is known to be. */
export function makerOf(mac: string): string {
  const address = numberOf(mac)
  return address === undefined ? '' : table().name(table().makerAt(address))
}

/** For people: its maker, or that the address says nothing of one because it is chosen at random or locally. */
export function adapterWords(mac: string): string {
  const address = numberOf(mac)
  if (address === undefined) return ''
  const maker = table().makerAt(address)
  return maker === NO_MAKER && isLocal(address) ? RANDOM_OR_LOCAL : table().name(maker)
}

/** Whether the words of an address have this text in them; undefined where those of none have. */
export function stationsMadeBy(text: string): ((mac: string) => boolean) | undefined {
  const makers = table().named(text)
  const isLocalMeant = RANDOM_OR_LOCAL.includes(text.toLowerCase())
  if (makers.size === 0 && !isLocalMeant) return undefined
  return (mac) => {
    const address = numberOf(mac)
    if (address === undefined) return false
    const maker = table().makerAt(address)
    return maker === NO_MAKER ? isLocalMeant && isLocal(address) : makers.has(maker)
  }
}

function isLocal(address: number): boolean {
  return (Math.floor(address / FIRST_OCTET) & LOCAL_BIT) !== 0
}

function numberOf(mac: string): number | undefined {
  const digits = mac.replace(/[:\-. ]/g, '')
  return /^[0-9a-fA-F]{12}$/.test(digits) ? Number.parseInt(digits, 16) : undefined
}
