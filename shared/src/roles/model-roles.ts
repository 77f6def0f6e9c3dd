import type { DeviceRole } from './device-roles.ts'

/** Where one system runs on devices of several roles: the first line whose words its description or model has. */
export type ModelRule = { readonly families: readonly string[]; readonly words: RegExp; readonly role: DeviceRole }

const rule = (families: string, role: DeviceRole, words: RegExp): ModelRule => ({
  families: families.split(' '),
  words,
  role,
})

const ANY = /(?:)/

export const MODEL_RULES: readonly ModelRule[] = [
  rule('ios iosxe', 'access-point', /-K9W[78]-|\bAIR-|\bAP\d{4}|\bC(?:1[1-9]|91)\d\d[A-Z]* Software.*W[78]|Aironet/i),
  rule('ios iosxe', 'wireless-controller', /\bC98\d\d|Wireless Controller/i),
  rule(
    'ios iosxe',
    'switch',
    /\bC(?:29|35|36|37|38|45|49|65|68)\d\d|CAT(?:[345]|9|alyst)|Catalyst|\bC9[2-6]\d\d|\bIE-?\d{4}/i,
  ),
  rule('ios iosxe', 'switch', /\bWS-C|\bME-?3[48]|\bCIGESM|\bCBS3\d|s72033|\bSM-?ES|IE3[0-9]00|L[23]? ?Switch/i),
  rule('ios iosxe', 'phone', /\bVG\d{3}\b/),
  rule('ios iosxe', 'router', ANY),
  rule('junos', 'switch', /\b(?:ex|qfx|ocx)\d|ethernet switch/i),
  rule('junos', 'firewall', /\b(?:v?srx|j)\d*\b|srx\d|\bfirewall|\bgsm-fw/i),
  rule('junos', 'router', ANY),
  rule(
    'comware vrp yunshan 3com',
    'wireless-controller',
    /\bAC\d{4}|\bW[AX]\d{4}.*controller|Access Controller|\bEWP/i,
  ),
  rule('comware vrp yunshan 3com', 'access-point', /\bAP\d{3,4}|AirEngine|\bWA\d{4}/i),
  rule('comware vrp yunshan 3com', 'firewall', /\bUSG|Eudemon|SecPath|\bHiSec|Firewall/i),
  rule('comware vrp yunshan 3com', 'router', /\b(?:AR|NE|SR|ATN|PTN|MSR|CX)-?\d|NetEngine|\bME60|Router/i),
  rule('comware vrp yunshan 3com', 'switch', ANY),
  rule('routeros', 'switch', /\bC[RS]S\d/i),
  rule(
    'routeros',
    'access-point',
    /LHG|SXT|\bLDF|\b[cw]AP|\bwsAP|mANTBox|Groove|Metal|NetBox|OmniTIK|QRT|DynaDish|Audience|60ad/i,
  ),
  rule('routeros', 'router', ANY),
  rule('powerconnect', 'access-point', /\bW-?AP/i),
  rule('powerconnect', 'switch', ANY),
  rule('timos', 'switch', /\bSAS\b|7210|OS6[89]\d\d/i),
  rule('timos', 'router', ANY),
  rule('tplink', 'access-point', /\bEAP\d|\bCPE\d|Access Point/i),
  rule('tplink', 'router', /Router|\bER\d|\bTL-R/i),
  rule('tplink', 'switch', ANY),
  rule('ciscosb', 'access-point', /\bWAP\d/i),
  rule('ciscosb', 'router', /\bRV\d{3}|Router/i),
  rule('ciscosb', 'switch', ANY),
  rule('netgear', 'access-point', /\bWN[DAC]|\bWA[CX]\d|Access Point/i),
  rule('netgear', 'storage', /ReadyNAS|ReadyDATA/i),
  rule('netgear', 'switch', ANY),
  rule('windows', 'workstation', /Windows (?:XP|7|8|10|11|Vista) /i),
  rule('windows', 'server', ANY),
  rule('macosx', 'workstation', ANY),
  rule('apc', 'pdu', /\bPDU|MasterSwitch|Rack ATS|Transfer Switch|AP[78]9\d\d|rpdu|\bats\b/i),
  rule('apc', 'sensor', /Environmental|\bEMU\b|NetBotz/i),
  rule('apc', 'ups', ANY),
  rule('liebert', 'sensor', /\b(?:CRV|DS|PDX|PCW|XDP)\b|cooling/i),
  rule('liebert', 'pdu', /\b(?:MPX|MPH|MPH2|PDU)\b/i),
  rule('liebert', 'ups', ANY),
  rule('geist-pdu', 'sensor', /Watchdog/i),
  rule('linux', 'hypervisor', /proxmox|-pve\b|xenserver|\.xs\d/i),
  rule('linux', 'storage', /synology|\bnas\b|qnap/i),
  rule('linux', 'server', ANY),
]

/** Words of descriptions of which no family is known; the more special ones first. */
export const WORD_ROLES: readonly { readonly words: RegExp; readonly role: DeviceRole }[] = [
  { role: 'pdu', words: /\bPDU\b|power distribution|rack power|transfer switch|power strip|\bCDU\b/i },
  { role: 'ups', words: /\bUPS\b|uninterruptible|battery (?:charger|system)|rectifier|DC power system/i },
  {
    role: 'access-point',
    words: /access point|wireless (?:ap|bridge|link|array)|\bWAP\d|microwave radio|packet radio|base station/i,
  },
  { role: 'wireless-controller', words: /wireless (?:lan )?controller|\bWLC\b|mobility controller/i },
  { role: 'load-balancer', words: /load ?balancer|application delivery|\bADC\b|BIG-IP/i },
  { role: 'firewall', words: /firewall|security appliance|\bUTM\b|\bNGFW\b/i },
  { role: 'camera', words: /network camera|ip ?cam(?:era)?\b|\bNVR\b|\bDVR\b|video (?:server|encoder)|megapixel/i },
  { role: 'phone', words: /\b(?:sip|ip|voip)[ -]?phone|telephone|\bATA\b|intercom/i },
  {
    role: 'printer',
    words: /printer|laserjet|officejet|multifunction|\bMFP\b|print ?server|copier|jetdirect|scan server/i,
  },
  { role: 'storage', words: /\bNAS\b|\bSAN\b|raid (?:sub)?system|storage|tape library|disk array|diskstation/i },
  { role: 'hypervisor', words: /\bESXi?\b|hypervisor|proxmox|xenserver|hyper-v/i },
  {
    role: 'sensor',
    words: /environment(?:al)? monitor|sensor|thermometer|room ?alert|chiller|air condition|\bmeter\b|probe/i,
  },
  { role: 'switch', words: /\bswitch\b|\d+[ -]port .*(?:ethernet|gigabit)|\bOLT\b|DSLAM|\bGPON\b|ethernet-PON/i },
  { role: 'router', words: /\brouter\b|\bgateway\b|routing|\bmodem\b|\bCPE\b/i },
  { role: 'workstation', words: /windows (?:xp|vista|7|8|10|11)\b|macbook|imac/i },
  {
    role: 'server',
    words: /\bserver\b|linux|windows|freebsd|openbsd|netbsd|solaris|sunos|integrated lights-out|management controller/i,
  },
]
