// The memory of a real agent, a process of its own as it is installed, that polls simulated devices and judges their series.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { AGENT, freeTcpPort, freeUdpPort, runToEnd, SERVER, startReady, usageOf } from '../agent/processes.mjs'

const HOST = '127.0.0.1'
const INTERVAL_S = 10
const MEASURED_S = 90
/** Interfaces of a simulated device; each has some twelve series that are judged, a device some twenty more. */
const INTERFACES = 24
const SERIES_OF_DEVICE = INTERFACES * 12 + 20

/** `{ series, models, rss, peak }` in MB (10^6 bytes), after MEASURED_S seconds. */
export async function agentMemory({ folder, series, enabled }) {
  const at = (name) => join(folder, enabled ? 'judging' : 'not', name)
  mkdirSync(at('agent'), { recursive: true })
  const running = []
  const started = async (name, words) => {
    const one = await startReady(words, at(`${name}.log`))
    running.push(one)
    return one
  }
  try {
    await started('server', [
      ...[SERVER, 'run', '--data', at('server'), '--listen', `${HOST}:${await freeTcpPort()}`],
      ...['--mqtt-listen', `${HOST}:${await freeTcpPort()}`, '--local-agent', at('enrolment.json'), '--ready-json'],
    ])
    await started('simulator', [
      ...[AGENT, 'simulate', '--devices', Math.ceil(series / SERIES_OF_DEVICE), '--interfaces', INTERFACES],
      ...['--interval', INTERVAL_S, '--address', '127.78.0.1', '--port', await freeUdpPort()],
      ...['--targets-file', at('agent.yaml'), '--ready-json'],
    ])
    const { serverUrl, token } = JSON.parse(readFileSync(at('enrolment.json'), 'utf8'))
    writeFileSync(at('token'), token)
    runToEnd([AGENT, 'enrol', serverUrl, '--token-file', at('token'), '--data', at('agent'), '--json'])
    const yaml = readFileSync(at('agent.yaml'), 'utf8')
    const own = `agent:\n  neighbours: { gateway: false, resolver: false }\n  anomaly: { enabled: ${enabled}, maxSeries: ${series} }\n`
    writeFileSync(at('agent.yaml'), yaml.replace(/^agent:\n/, own))
    const agent = await started('agent', [
      AGENT,
      'run',
      '--data',
      at('agent'),
      '--config',
      at('agent.yaml'),
      '--ready-json',
    ])
    await pause(MEASURED_S * 1_000)
    const { rss, peak } = usageOf(agent.pid)
    const log = readFileSync(at('agent.log'), 'utf8')
    const models = /"models":(\[[^\]]*\])/.exec(log)?.[1] ?? 'none'
    await agent.stop()
    return { rss, peak, models, series: enabled ? seriesIn(at('agent/detect.db')) : 0 }
  } finally {
    for (const one of running.reverse()) await one.stop()
  }
}

/** Series whose state is on disk; a device's own has no metric. */
function seriesIn(file) {
  const out = runToEnd([
    '--input-type=module',
    '-e',
    `const { Database } = await import(${JSON.stringify(new URL('../../agent/dist/sqlite/sqlite.js', import.meta.url).href)})
    console.log(new Database(${JSON.stringify(file)}).prepare("SELECT count(*) FROM state WHERE labels LIKE '%__name__%'").pluck().get())`,
  ])
  return Number(out)
}
