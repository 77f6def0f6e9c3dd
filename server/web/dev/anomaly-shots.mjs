import { ALL, WIDE } from './agent-shots.mjs'
import { idOf } from './fake-site.mjs'

const [core, dist, server] = ['core-1', 'dist-1', 'srv-db-1'].map(idOf)
const idOfAnomaly = ([on, metric, minutes], labels) =>
  idOf(`anomaly ${on} ${metric} ${JSON.stringify({ site: 'berlin', device: idOf(on), ...labels })} ${minutes}`)
const surge = idOfAnomaly(['core-1', 'ifHCInOctets', 12], { interface: 'GigabitEthernet1/0/1' })
const silent = idOfAnomaly(['access-3', 'icmp_rtt_seconds', 14], {})
const whole = idOf('anomaly core-1 undefined undefined 11')

const BOTH = [
  ['light', 1280],
  ['dark', 390],
]

async function sayReal(page) {
  await page.getByRole('button', { name: 'Real' }).nth(1).click()
}

const toTop = (one) => one.scrollIntoView({ block: 'start', behavior: 'instant' })
const showVersions = (page) => page.locator('#versions').evaluate(toTop)
const showTraining = (page) => page.locator('#training').evaluate(toTop)

async function askRollOut(page) {
  await page.locator('.version[open]').getByRole('button', { name: 'Roll out' }).click()
  await showVersions(page)
}

async function askReturn(page) {
  await page.getByRole('button', { name: 'Return to base-1' }).click()
}

/** Pictures of what is unusual: name, scenario, path, what to do before the picture, which sizes. */
export const ANOMALY_SHOTS = [
  ['anomalies', 'normal', '/anomalies?range=7d', undefined, ALL],
  ['anomalies-time', 'normal', '/anomalies?by=time&range=24h', undefined, BOTH],
  ['anomalies-wide', 'normal', '/anomalies?range=7d', undefined, [['dark', 1760]]],
  ['anomalies-medium', 'normal', '/anomalies?range=7d', undefined, [['light', 900]]],
  ['anomalies-said', 'normal', '/anomalies', sayReal, BOTH],
  ['anomalies-large', 'large', '/anomalies?range=7d', undefined, BOTH],
  ['anomalies-filter', 'normal', '/anomalies?reason=above&min=0.9&range=7d', undefined, BOTH],
  ['anomalies-none-fits', 'normal', '/anomalies?q=zzz', undefined, [['dark', 1280]]],
  ['anomalies-well', 'well', '/anomalies?range=7d', undefined, BOTH],
  ['anomalies-empty', 'empty', '/anomalies', undefined, BOTH],
  ['anomalies-young', 'young', '/anomalies', undefined, BOTH],
  ['anomalies-loading', 'loading', '/anomalies', undefined, BOTH],
  ['anomalies-error', 'error', '/anomalies', undefined, BOTH],
  ['anomalies-viewer', 'viewer', '/anomalies', undefined, BOTH],
  ['anomaly', 'normal', `/anomalies/${surge}`, undefined, ALL],
  ['anomaly-silent', 'normal', `/anomalies/${silent}`, undefined, BOTH],
  ['anomaly-whole', 'normal', `/anomalies/${whole}`, undefined, BOTH],
  ['anomaly-gone', 'normal', `/anomalies/${idOf('nothing')}`, undefined, [['light', 390]]],
  ['anomaly-viewer', 'viewer', `/anomalies/${surge}`, undefined, [['light', 1280]]],
  [
    'bands',
    'normal',
    `/devices/${core}/interfaces/${encodeURIComponent('GigabitEthernet1/0/1')}?range=6h`,
    undefined,
    ALL,
  ],
  [
    'bands-mark',
    'normal',
    `/devices/${dist}/interfaces/Ethernet12?range=6h`,
    (page) => page.locator('.chart-mark').first().hover(),
    WIDE,
  ],
  ['forecasts', 'normal', `/devices/${server}`, undefined, BOTH],
  ['models', 'normal', '/settings/models', undefined, ALL],
  ['models-version', 'normal', '/settings/models?version=site-5', showVersions, BOTH],
  ['models-rollout', 'normal', '/settings/models?version=lab-1', askRollOut, BOTH],
  ['models-return', 'normal', '/settings/models', askReturn, [['light', 1280]]],
  ['models-training', 'training', '/settings/models', showTraining, BOTH],
  ['models-young', 'young', '/settings/models', undefined, BOTH],
  ['models-none', 'bare', '/settings/models', undefined, [['light', 1280]]],
  ['models-error', 'error', '/settings/models', undefined, [['dark', 390]]],
  ['models-loading', 'loading', '/settings/models', undefined, [['light', 1280]]],
  ['models-viewer', 'viewer', '/settings/models', undefined, [['light', 390]]],
]
