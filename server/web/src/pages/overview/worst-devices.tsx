import type { DeviceSummary } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { Spark } from '../../chart/spark.tsx'
import { useDeviceSparks } from '../../chart/use-sparks.ts'
import { Figure } from '../../parts/figure.tsx'
import { Since } from '../../parts/since.tsx'
import { StateMark } from '../../parts/state-mark.tsx'
import { hrefOf } from '../../router/router.ts'
import { compareDevices, deviceProblem, deviceWords } from '../devices/device-words.ts'

const MOST_SHOWN = 8

/** How many are in which state, and the worst by name. */
export function WorstDevices({ all }: { all: ReadonlyMap<string, DeviceSummary> }): JSX.Element {
  const shown = [...all.values()].sort(compareDevices).slice(0, MOST_SHOWN)
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
              <span class="faint cut">{deviceProblem(one) ?? deviceWords(one)}</span>
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
