import type { DeviceRole } from './device-roles.ts'
import { FAMILY_ROLES } from './family-roles.ts'
import { MODEL_RULES, WORD_ROLES } from './model-roles.ts'
import type { RoleFacts, RoleGuess } from './role-facts.ts'

/** A description longer than this says nothing more. */
const MOST_TEXT = 600
const PRODUCTS: readonly (readonly [prefix: string, role: DeviceRole])[] = [
  ['1.3.6.1.4.1.311.1.1.3.1.1', 'workstation'],
  ['1.3.6.1.4.1.318.1.3.4', 'pdu'],
  ['1.3.6.1.4.1.318.1.3.8', 'sensor'],
  ['1.3.6.1.4.1.318.1.3.15', 'pdu'],
  ['1.3.6.1.4.1.318.1.3.11', 'pdu'],
  ['1.3.6.1.4.1.318.1.3.16', 'pdu'],
  ['1.3.6.1.4.1.3375', 'load-balancer'],
  ['1.3.6.1.4.1.8072.3.2.3', 'server'],
]
/** Layers of sysServices (RFC 3418). */
const [LAYER_2, LAYER_3, LAYER_7] = [2, 4, 64]
/** A bridge with fewer ports is a computer with two adapters, or a box between two lines. */
const FEW_PORTS = 4

/** What a device is for, as far as anything tells: the surest sign decides. `unknown` where nothing does. */
export function roleOf(facts: RoleFacts): RoleGuess {
  for (const ask of [
    byProduct,
    byFamily,
    byPrinter,
    byUps,
    byWords,
    byCapabilities,
    byBridge,
    byServices,
    byPorts,
    byMaker,
  ]) {
    const found = ask(facts)
    if (found !== undefined) return { ...found, evidence: found.evidence.slice(0, 200) }
  }
  return { role: 'unknown', evidence: 'nothing tells what it is', certainty: 'guess' }
}

type Ask = (facts: RoleFacts) => RoleGuess | undefined

const byProduct: Ask = ({ sysObjectId = '' }) => {
  const known = PRODUCTS.find(([prefix]) => sysObjectId === prefix || sysObjectId.startsWith(`${prefix}.`))
  return known && { role: known[1], evidence: `sysObjectID ${known[0]}`, certainty: 'sure' }
}

const byFamily: Ask = ({ os = '', sysDescr = '', model = '' }) => {
  if (os === '') return undefined
  const text = `${model} ${sysDescr}`.slice(0, MOST_TEXT)
  const ruled = MODEL_RULES.find(({ families, words }) => families.includes(os) && words.test(text))
  const role = ruled?.role ?? FAMILY_ROLES.get(os)
  if (role === undefined) return undefined
  const word = ruled === undefined ? '' : (ruled.words.exec(text)?.[0] ?? '')
  return { role, evidence: word === '' ? `system ${os}` : `system ${os}, "${word}"`, certainty: 'sure' }
}

const byPrinter: Ask = ({ hasPrinter }) =>
  hasPrinter === true ? { role: 'printer', evidence: 'supplies in Printer-MIB', certainty: 'sure' } : undefined

const byUps: Ask = ({ hasUps }) =>
  hasUps === true ? { role: 'ups', evidence: 'readings in UPS-MIB', certainty: 'likely' } : undefined

const byWords: Ask = ({ sysDescr = '', model = '', vendor = '', os = '' }) => {
  const text = `${vendor} ${model} ${sysDescr}`.slice(0, MOST_TEXT)
  for (const { words, role } of WORD_ROLES) {
    // Everything runs Linux inside: what is known to be something special is no server for it.
    if (role === 'server' && os !== '') continue
    const word = words.exec(text)?.[0]
    if (word !== undefined) return { role, evidence: `it calls itself "${word}"`, certainty: 'likely' }
  }
  return undefined
}

const byCapabilities: Ask = ({ capabilities = [] }) => {
  const say = (role: DeviceRole): RoleGuess => {
    return { role, evidence: `LLDP: ${capabilities.join(', ')}`, certainty: 'likely' }
  }
  const has = (one: string): boolean => capabilities.includes(one)
  if (has('telephone')) return say('phone')
  if (has('wlanAccessPoint')) return say('access-point')
  if (has('bridge')) return say('switch')
  return has('router') ? say('router') : undefined
}

const byBridge: Ask = ({ bridgePorts = 0 }) =>
  bridgePorts > FEW_PORTS
    ? { role: 'switch', evidence: `a bridge with ${bridgePorts} ports`, certainty: 'likely' }
    : undefined

const byServices: Ask = ({ sysServices = 0 }) => {
  const evidence = `sysServices ${sysServices}`
  const has = (layer: number): boolean => (sysServices & layer) !== 0
  if (has(LAYER_3) && !has(LAYER_7)) return { role: 'router', evidence, certainty: 'guess' }
  if (has(LAYER_2) && !has(LAYER_7)) return { role: 'switch', evidence, certainty: 'guess' }
  return has(LAYER_7) && !has(LAYER_2) && !has(LAYER_3) ? { role: 'server', evidence, certainty: 'guess' } : undefined
}

const PORT_ROLES: readonly (readonly [port: number, role: DeviceRole])[] = [
  ...[9100, 515, 631].map((port) => [port, 'printer'] as const),
  [8006, 'hypervisor'],
  [554, 'camera'],
  ...[5060, 5061].map((port) => [port, 'phone'] as const),
  ...[2049, 3260, 548].map((port) => [port, 'storage'] as const),
  [3389, 'workstation'],
  ...[445, 22, 443, 80].map((port) => [port, 'server'] as const),
]

const byPorts: Ask = ({ openPorts = [], macVendor = '' }) => {
  // Every device has a web page: alone it tells nothing.
  const telling = openPorts.filter((port) => port !== 80 && port !== 443)
  if (telling.length === 0) return undefined
  const maker = byMaker({ macVendor })
  const known = PORT_ROLES.find(([port]) => telling.includes(port))
  if (known === undefined || (known[1] === 'server' && maker !== undefined)) return undefined
  return { role: known[1], evidence: `TCP port ${known[0]} is open`, certainty: 'guess' }
}

const MAKER_ROLES: readonly { readonly words: RegExp; readonly role: DeviceRole }[] = [
  { role: 'camera', words: /\baxis comm|hikvision|dahua|vivotek|mobotix|hanwha|avigilon|uniview|reolink|amcrest/i },
  { role: 'phone', words: /yealink|polycom|snom|grandstream|mitel|gigaset|fanvil|aastra|innovaphone|ascom/i },
  { role: 'printer', words: /brother|kyocera|lexmark|seiko epson|ricoh|xerox|konica|oki electric|zebra tech|canon/i },
  { role: 'ups', words: /american power conv|\bapc\b|eaton|cyber ?power|riello|socomec|tripp lite/i },
  { role: 'pdu', words: /raritan|server technology|geist|enlogic|schleifenbauer|gude/i },
  { role: 'access-point', words: /ruckus|ubiquiti|aerohive|cambium|mist systems|meraki/i },
  { role: 'storage', words: /synology|qnap|netapp|buffalo|western digital|drobo|data domain/i },
  { role: 'firewall', words: /fortinet|palo alto|sonicwall|watchguard|checkpoint|check point|sophos/i },
  { role: 'router', words: /mikrotik|routerboard|avm|draytek|juniper|teltonika|lancom|peplink/i },
  { role: 'switch', words: /arista|extreme networks|hirschmann|moxa|westermo|edgecore|accton|foundry|brocade/i },
  { role: 'server', words: /vmware|supermicro|super micro|qemu|xensource|raspberry/i },
]

const byMaker: Ask = ({ macVendor = '' }) => {
  const known = MAKER_ROLES.find(({ words }) => words.test(macVendor))
  return known && { role: known.role, evidence: `its adapter is made by ${macVendor}`, certainty: 'guess' }
}
