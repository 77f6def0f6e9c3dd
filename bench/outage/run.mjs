// npm run bench -- outage [--agents N sites] [--devices N] [--seed N] [--json FILE]: sites in which a switch or a link fails or a place
// loses its power at random, through the map that the server infers, its decisions, and the rules that ship. See measure-outage.mjs.
import { writeFileSync } from 'node:fs'
import { benchOptions, numberOf } from '../measure.mjs'
import { measureOutages } from './measure-outage.mjs'

const { json } = benchOptions()
const sites = numberOf('--agents', 200)
const devices = numberOf('--devices', 200)
const seed = numberOf('--seed', 1)

const result = measureOutages({ sites, devices, seed, onSite: (line) => process.stderr.write(`${line}\n`) })
const percent = (part, all) => (all === 0 ? '-' : `${((100 * part) / all).toFixed(1)} %`)

say(`${sites} sites of ${devices} devices, seed ${seed}; one failure each`)
say('')
say('                        sites  right cause  of these alike  one alert  behind alerts  resolved')
for (const [name, row] of Object.entries(result.rows)) {
  const cells = [
    row.sites,
    percent(row.right, row.sites),
    row.alike,
    percent(row.single, row.sites),
    row.behind,
    percent(row.resolved, row.sites),
  ]
  const widths = [7, 13, 16, 11, 15, 10]
  say(`  ${name.padEnd(20)}${cells.map((cell, at) => String(cell).padStart(widths[at])).join('')}`)
}
say('')
say(
  `own line of the agent cut: ${result.ownLine.sites} sites, ${result.ownLine.deviceAlerts} device alerts, one AgentIsolated in ${result.ownLine.isolated}, all resolved in ${result.ownLine.resolved}`,
)
const { redundant } = result
say(
  `a cable cut that nobody needs: ${redundant.sites} sites, ${redundant.deviceAlerts} device alerts, the link alone named in ${redundant.right}, all resolved in ${redundant.resolved}`,
)
say(
  `a decision: ${result.decideMs.toFixed(2)} ms on average; alert after ${result.seconds.median.toFixed(0)} s (median), ${result.seconds.most.toFixed(0)} s at most`,
)
for (const line of [...result.wrong, ...redundant.wrong]) say(`  ${line}`)
if (json !== undefined) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`)

function say(line) {
  process.stdout.write(`${line}\n`)
}
