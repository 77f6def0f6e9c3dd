// Debian's prometheus-snmp-exporter with the module if_mib as its authors define it: both tables of IF-MIB whole, each
// metric with ifName, ifDescr and ifAlias as labels. Debian ships no configuration, so that it is written here.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freeTcpPort } from '../agent/processes.mjs'

const PROGRAM = '/usr/bin/prometheus-snmp-exporter'
const HOST = '127.0.0.1'
const IF = '1.3.6.1.2.1.2.2.1'
const IFX = '1.3.6.1.2.1.31.1.1.1'
const LABELS = { ifAlias: `${IFX}.18`, ifDescr: `${IF}.2`, ifName: `${IFX}.1` }
const GAUGES = {
  ...{ [`${IF}.1`]: 'ifIndex', [`${IF}.3`]: 'ifType', [`${IF}.4`]: 'ifMtu', [`${IF}.5`]: 'ifSpeed' },
  ...{
    [`${IF}.7`]: 'ifAdminStatus',
    [`${IF}.8`]: 'ifOperStatus',
    [`${IF}.9`]: 'ifLastChange',
    [`${IF}.21`]: 'ifOutQLen',
  },
  ...{ [`${IFX}.14`]: 'ifLinkUpDownTrapEnable', [`${IFX}.15`]: 'ifHighSpeed', [`${IFX}.16`]: 'ifPromiscuousMode' },
  ...{ [`${IFX}.17`]: 'ifConnectorPresent', [`${IFX}.19`]: 'ifCounterDiscontinuityTime' },
}
const COUNTERS = {
  ...{
    [`${IF}.10`]: 'ifInOctets',
    [`${IF}.11`]: 'ifInUcastPkts',
    [`${IF}.12`]: 'ifInNUcastPkts',
    [`${IF}.13`]: 'ifInDiscards',
  },
  ...{
    [`${IF}.14`]: 'ifInErrors',
    [`${IF}.15`]: 'ifInUnknownProtos',
    [`${IF}.16`]: 'ifOutOctets',
    [`${IF}.17`]: 'ifOutUcastPkts',
  },
  ...{ [`${IF}.18`]: 'ifOutNUcastPkts', [`${IF}.19`]: 'ifOutDiscards', [`${IF}.20`]: 'ifOutErrors' },
  ...{ [`${IFX}.2`]: 'ifInMulticastPkts', [`${IFX}.3`]: 'ifInBroadcastPkts', [`${IFX}.4`]: 'ifOutMulticastPkts' },
  ...{ [`${IFX}.5`]: 'ifOutBroadcastPkts', [`${IFX}.6`]: 'ifHCInOctets', [`${IFX}.7`]: 'ifHCInUcastPkts' },
  ...{ [`${IFX}.8`]: 'ifHCInMulticastPkts', [`${IFX}.9`]: 'ifHCInBroadcastPkts', [`${IFX}.10`]: 'ifHCOutOctets' },
  ...{
    [`${IFX}.11`]: 'ifHCOutUcastPkts',
    [`${IFX}.12`]: 'ifHCOutMulticastPkts',
    [`${IFX}.13`]: 'ifHCOutBroadcastPkts',
  },
}

/** Null where it is not installed. `scrape(target)` resolves to the number of samples in its page. */
export async function startExporter(folder) {
  if (!existsSync(PROGRAM)) return null
  const file = join(folder, 'snmp.yml')
  writeFileSync(file, configuration())
  const port = await freeTcpPort()
  const words = [`--config.file=${file}`, `--web.listen-address=${HOST}:${port}`, '--log.level=error']
  const child = spawn(PROGRAM, words, { stdio: 'ignore', env: { ...process.env, GOMAXPROCS: '1' } })
  const at = `http://${HOST}:${port}`
  for (let tries = 0; !(await fetch(at).catch(() => null)); tries++) {
    if (tries > 100) throw new Error('prometheus-snmp-exporter does not start')
    await pause(100)
  }
  return {
    pid: child.pid,
    async scrape({ address, port: snmpPort }) {
      const reply = await fetch(`${at}/snmp?module=if_mib&target=${address}:${snmpPort}`)
      const page = await reply.text()
      if (!reply.ok) throw new Error(`the exporter says ${page.slice(0, 200)}`)
      return page.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length
    },
    async stop() {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    },
  }
}

/** JSON is YAML. */
function configuration() {
  const indexes = [{ labelname: 'ifIndex', type: 'gauge' }]
  const lookups = Object.entries(LABELS).map(([labelname, oid]) => ({
    ...{ labels: ['ifIndex'], labelname, oid, type: 'DisplayString' },
  }))
  const metricsOf = (table, type) =>
    Object.entries(table).map(([oid, name]) => ({ name, oid, type, help: name, indexes, lookups }))
  const upTime = { name: 'sysUpTime', oid: '1.3.6.1.2.1.1.3', type: 'gauge', help: 'sysUpTime' }
  return JSON.stringify({
    if_mib: {
      walk: ['1.3.6.1.2.1.2', '1.3.6.1.2.1.31.1.1'],
      get: ['1.3.6.1.2.1.1.3.0'],
      metrics: [upTime, ...metricsOf(GAUGES, 'gauge'), ...metricsOf(COUNTERS, 'counter')],
      version: 2,
      max_repetitions: 25,
      auth: { community: 'public' },
    },
  })
}
