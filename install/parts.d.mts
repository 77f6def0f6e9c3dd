export type PartName =
  | 'snmpd'
  | 'snmpget'
  | 'mosquitto'
  | 'mosquittoSub'
  | 'mosquittoPub'
  | 'chromium'
  | 'ping'
  | 'systemdAnalyze'
  | 'strace'
  | 'systemdNotify'
  | 'victoriaMetrics'
  | 'influxd'
  | 'lldpd'
  | 'tcpdump'
  | 'ip'
  | 'traceroute'
  | 'sysctl'
  | 'snmptrap'

/** Path of each real program the tests use that is here, or undefined. */
export type Parts = Readonly<Record<PartName, string | undefined>>

export declare const parts: Parts
export declare function findParts(path: string | undefined): Parts
export declare function missingPackages(found: Parts): string[]
