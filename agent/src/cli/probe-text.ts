import { plainText, textTable } from '@eyenet/shared/terminal'
import type { ProbeResult } from '../device/device.ts'
import type { SurveyPool, SurveyResult, SurveySensor } from '../survey/survey.ts'

/** Rows of one table that fit a look; JSON has them all. */
const MOST_ROWS = 60

/** What a probe found, for people. */
export function textOfProbe(result: ProbeResult): string {
  const lines = result.steps.map(
    ({ check, outcome, message }) => `${check.padEnd(8)}${outcome.padEnd(9)}${plainText(message)}`,
  )
  if (result.device !== undefined) lines.push('', ...identityLines(result.device))
  for (const [head, rows] of tablesOf(result)) {
    if (rows.length === 0) continue
    const shown = rows.slice(0, MOST_ROWS).map((row) => row.map(plainText))
    lines.push('', textTable([head, ...shown]))
    if (rows.length > MOST_ROWS) lines.push(`and ${rows.length - MOST_ROWS} more; --json has all`)
  }
  for (const problem of result.problems ?? []) lines.push(plainText(problem))
  return lines.join('\n')
}

function identityLines(device: SurveyResult['device']): readonly string[] {
  const fields = {
    ...{ Name: device.sysName, Vendor: device.vendor, Model: device.model, System: device.os },
    ...{ Version: device.version, Serial: device.serial, Says: device.sysDescr },
  }
  return Object.entries(fields).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`${name.padEnd(8)}${plainText(value)}`],
  )
}

type TextRows = readonly (readonly string[])[]

function tablesOf(result: ProbeResult): readonly (readonly [head: readonly string[], rows: TextRows])[] {
  const {
    interfaces = [],
    processors = [],
    memory = [],
    storage = [],
    sensors = [],
    suggestions = [],
    neighbors = [],
  } = result
  return [
    [
      ['interface', 'state', 'speed', 'alias'],
      interfaces.map(({ name, operStatus = 'unknown', speedBps, alias }) => [
        ...[name, operStatus],
        ...[speedText(speedBps), alias],
      ]),
    ],
    [['processor', 'load'], processors.map(({ name, usagePercent }) => [name, `${usagePercent} %`])],
    [['memory', 'used', 'of'], memory.map(poolRow)],
    [['storage', 'used', 'of'], storage.map(poolRow)],
    [['sensor', 'kind', 'value', 'known by'], sensors.map(sensorRow)],
    [['suggestion', 'kind', 'value', 'known by'], suggestions.map(sensorRow)],
    [
      ['port', 'neighbor', 'its port'],
      neighbors.map(({ localPort = '', remoteSysName, remotePort }) => [localPort, remoteSysName, remotePort]),
    ],
  ]
}

function sensorRow({ name, kind, value, unit = '', states, evidence }: SurveySensor): readonly string[] {
  const word = states?.[value]
  return [name, kind, word === undefined ? `${value} ${unit}`.trim() : `${word} (${value})`, evidence]
}

function speedText(speedBps: number | undefined): string {
  if (speedBps === undefined || speedBps === 0) return ''
  return speedBps >= 1e9 ? `${speedBps / 1e9} Gbit/s` : `${speedBps / 1e6} Mbit/s`
}

function poolRow({ name, usedBytes, totalBytes, usedPercent }: SurveyPool): readonly string[] {
  const used = usedBytes === undefined ? `${usedPercent ?? '?'} %` : mebibytes(usedBytes)
  return [name, used, totalBytes === undefined ? '' : mebibytes(totalBytes)]
}

function mebibytes(bytes: number): string {
  return bytes >= 10 * 2 ** 30 ? `${Math.round(bytes / 2 ** 30)} GiB` : `${Math.round(bytes / 2 ** 20)} MiB`
}
