import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

// Debian keeps daemons in sbin, which the PATH of ordinary users leaves out.
const MORE_FOLDERS = ['/usr/sbin', '/sbin', '/usr/local/sbin']

/** Each real program the tests use: what it is called, and the Debian package that has it. */
const PARTS = {
  snmpd: { programs: ['snmpd'], package: 'snmpd' },
  snmpget: { programs: ['snmpget'], package: 'snmp' },
  mosquitto: { programs: ['mosquitto'], package: 'mosquitto' },
  mosquittoSub: { programs: ['mosquitto_sub'], package: 'mosquitto-clients' },
  mosquittoPub: { programs: ['mosquitto_pub'], package: 'mosquitto-clients' },
  chromium: { programs: ['chromium', 'chromium-browser', 'google-chrome'], package: 'chromium' },
  ping: { programs: ['ping'], package: 'iputils-ping' },
  systemdAnalyze: { programs: ['systemd-analyze'], package: 'systemd' },
  victoriaMetrics: { programs: ['victoria-metrics', 'victoria-metrics-prod'], package: 'victoria-metrics' },
  influxd: { programs: ['influxd'], package: 'influxdb' },
  strace: { programs: ['strace'], package: 'strace' },
  lldpd: { programs: ['lldpd'], package: 'lldpd' },
  tcpdump: { programs: ['tcpdump'], package: 'tcpdump' },
  ip: { programs: ['ip'], package: 'iproute2' },
  traceroute: { programs: ['traceroute'], package: 'traceroute' },
  sysctl: { programs: ['sysctl'], package: 'procps' },
  snmptrap: { programs: ['snmptrap'], package: 'snmp' },
  systemdNotify: { programs: ['systemd-notify'], package: 'systemd' },
}

/** Path of each program that is here, or undefined. Use: `test.skipIf(parts.snmpd === undefined)(...)`. */
export const parts = findParts(process.env.PATH)

/** @param {string | undefined} path */
export function findParts(path) {
  const folders = [...(path ?? '').split(delimiter).filter((folder) => folder !== ''), ...MORE_FOLDERS]
  const found = Object.entries(PARTS).map(([name, { programs }]) => [name, firstProgram(programs, folders)])
  return Object.fromEntries(found)
}

/** Debian packages for the parts that are not in `found`, each once. */
export function missingPackages(found) {
  const missing = Object.entries(PARTS).filter(([name]) => found[name] === undefined)
  return [...new Set(missing.map(([, part]) => part.package))]
}

function firstProgram(programs, folders) {
  const paths = programs.flatMap((program) => folders.map((folder) => join(folder, program)))
  return paths.find(isProgram)
}

/** Whether this file is there and may be run. */
export function isProgram(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
