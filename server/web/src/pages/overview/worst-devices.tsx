import type { DeviceSummary } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { Spark } from '../../chart/spark.tsx'
import { useDeviceSparks } from '../../chart/use-sparks.ts'
import { openAlerts } from '../../live/site.ts'
import { Figure } from '../../parts/figure.tsx'
import { Since } from '../../parts/since.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { hrefOf } from '../../router/router.ts'
import { alertSentence, compareAlerts } from '../alerts/alert-words.ts'
import { compareDevices, deviceProblem, deviceWords } from '../devices/device-words.ts'

const MOST_SHOWN = 8

/** How many are in which state, and the worst by name. */
export function WorstDevices({ all }: { all: ReadonlyMap<string, DeviceSummary> }): JSX.Element {
  const shown = [...all.values()].sort(compareDevices).slice(0, MOST_SHOWN)
  const said = worstSentences()
  const sparks = useDeviceSparks(shown.map((one) => one.id))
  return (
    <section class="section" aria-labelledby="worst-devices">
      <div class="section-head">
        <h2 id="worst-devices">Devices</h2>
        <Tally all={[...all.values()]} />
        <a class="end quiet" href={hrefOf({ kind: 'devices' })}>{`All ${all.size}`}</a>
      </div>
      <ul class="panel pairs">
        {shown.map((one) => (
          <li class="device-row" key={one.id}>
            <StateMark kind={one.state} bare />
            <div class="device-row-name">
              <a class="cut" href={hrefOf({ kind: 'device', id: one.id })}>
                <strong>{one.name}</strong>
              </a>
              <span class="faint cut">
                {(one.state === 'ok' ? undefined : said.get(one.id)) ?? deviceProblem(one) ?? deviceWords(one)}
              </span>
            </div>
            <span class="device-row-spark hide-small">
              <Spark values={sparks.get(one.id)} />
            </span>
            <span class="device-row-figure">
              <Figure value={one.trafficBps} unit="bits_per_second" />
            </span>
            <span class="device-row-since faint">
              <Since at={one.since} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What the worst open alert of each device says. */
function worstSentences(): ReadonlyMap<string, string> {
  const open = openAlerts.value.kind === 'ready' ? [...openAlerts.value.value.values()] : []
  const sentences = new Map<string, string>()
  for (const alert of open.sort(compareAlerts)) {
    if (alert.device !== undefined && !sentences.has(alert.device)) sentences.set(alert.device, alertSentence(alert))
  }
  return sentences
}

const ORDER = ['critical', 'warning', 'unknown', 'ok'] as const

function Tally({ all }: { all: readonly DeviceSummary[] }): JSX.Element {
  return (
    <span class="tally">
      {ORDER.map((state) => {
        const count = all.filter((one) => one.state === state).length
        return count === 0 ? null : <StateMark key={state} kind={state} word={`${count} ${state}`} />
      })}
    </span>
  )
}
