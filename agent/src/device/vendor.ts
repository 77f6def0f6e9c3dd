/** What the enterprise number in sysObjectID and the text of sysDescr say about a device. */
export type Make = { readonly vendor: string; readonly os: string; readonly version: string; readonly model: string }

type Family = {
  readonly vendor: string
  readonly os?: string
  /** First group: the version in sysDescr. */
  readonly version?: RegExp
  /** First group: the model in sysDescr. */
  readonly model?: RegExp
}

/** By IANA private enterprise number. */
const FAMILIES: ReadonlyMap<number, Family> = new Map([
  [
    9,
    {
      vendor: 'Cisco',
      os: 'ios',
      version: /Version ([^\s,]{1,40})/,
      model: /Software[, ]{1,2}\(?([A-Za-z0-9_-]{3,40})/,
    },
  ],
  [
    11,
    {
      vendor: 'HP',
      version: /(?:revision|Version) ([A-Z]{0,2}\.?[0-9][\w.]{2,30})/,
      model: /HP (?:ProCurve )?([\w-]{3,30})/,
    },
  ],
  [43, { vendor: '3Com' }],
  [311, { vendor: 'Microsoft', os: 'windows', version: /Windows Version ([\w.]{1,20})/ }],
  [318, { vendor: 'APC', version: /PF:v([\w.]{1,20})/, model: /MN:([\w-]{2,30})/ }],
  [534, { vendor: 'Eaton' }],
  [674, { vendor: 'Dell', version: /([0-9]+\.[0-9]+\.[0-9.]{1,20})/ }],
  [
    2011,
    { vendor: 'Huawei', os: 'vrp', version: /Version ([0-9][\w.]{1,20})/, model: /(?:Quidway|HUAWEI) ([\w-]{2,30})/i },
  ],
  [2435, { vendor: 'Brother', model: /(HL-[\w-]+|MFC-[\w-]+|DCP-[\w-]+)/ }],
  [2636, { vendor: 'Juniper', os: 'junos', version: /JUNOS ([0-9][\w.-]{1,30})/, model: /Inc\. ([\w-]{2,30})/ }],
  [3375, { vendor: 'F5', os: 'tmos' }],
  [3808, { vendor: 'CyberPower' }],
  [
    4413,
    { vendor: 'Ubiquiti', os: 'edgeswitch', version: /, ([0-9]+\.[0-9]+\.[0-9.]{1,20})/, model: /^([\w-]{2,30})/ },
  ],
  [6486, { vendor: 'Alcatel-Lucent', version: /([0-9]+\.[0-9]+\.[0-9]+\.[\w.]+)/ }],
  [6527, { vendor: 'Nokia', os: 'timos', version: /TiMOS-\w-([\w.]{1,20})/ }],
  [6574, { vendor: 'Synology', os: 'dsm' }],
  [6876, { vendor: 'VMware', os: 'esxi', version: /ESXi ([0-9.]{1,20})/ }],
  [8072, { vendor: 'net-snmp', os: 'linux', version: /^Linux \S+ ([\w.+-]{1,60})/ }],
  [8741, { vendor: 'SonicWall' }],
  [10002, { vendor: 'Ubiquiti', os: 'airos' }],
  [12356, { vendor: 'Fortinet', os: 'fortios', version: /v([0-9]+\.[0-9]+\.[0-9]+)/, model: /(Forti\w+-\w+)/ }],
  [14823, { vendor: 'Aruba', os: 'arubaos', version: /Version ([0-9][\w.]{1,30})/, model: /MODEL: ([\w-]{2,30})/ }],
  [
    14988,
    {
      vendor: 'MikroTik',
      os: 'routeros',
      version: /RouterOS ([0-9][\w.]{1,20})/,
      model: /RouterOS (?:[0-9][\w.]* \(\w+\) on )?([A-Za-z][\w+.-]{2,40})/,
    },
  ],
  [17163, { vendor: 'Riverbed' }],
  [25053, { vendor: 'Ruckus' }],
  [25461, { vendor: 'Palo Alto', os: 'pan-os' }],
  [30065, { vendor: 'Arista', os: 'eos', version: /EOS version ([\w.]{1,30})/, model: /(DCS-[\w-]+)/ }],
  [41112, { vendor: 'Ubiquiti', os: 'unifi', version: /([0-9]+\.[0-9]+\.[0-9]+)/ }],
  [47196, { vendor: 'Aruba', os: 'aos-cx', version: /([A-Z]{2}\.[0-9.]{3,20})/ }],
])

/** Reads vendor, system, version and model out of what every device says of itself; empty where it does not say. */
export function makeOf(sysObjectId: string, sysDescr: string): Make {
  const number = /^1\.3\.6\.1\.4\.1\.(\d{1,7})(?:\.|$)/.exec(sysObjectId)?.[1]
  const family = FAMILIES.get(Number(number))
  // The beginning holds what matters, and bounds the work of the expressions.
  const text = sysDescr.slice(0, 512)
  if (family === undefined) return { vendor: '', os: text.startsWith('Linux ') ? 'linux' : '', version: '', model: '' }
  return {
    vendor: family.vendor,
    os: /IOS[ -]XE/.test(text) ? 'ios-xe' : /NX-OS/.test(text) ? 'nx-os' : (family.os ?? ''),
    version: family.version?.exec(text)?.[1] ?? '',
    model: family.model?.exec(text)?.[1] ?? '',
  }
}
