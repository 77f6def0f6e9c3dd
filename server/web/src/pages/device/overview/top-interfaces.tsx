import type { InterfaceResource } from '@eyenet/shared/api'
import type { JSX } from 'preact'
import { Spark } from '../../../chart/spark.tsx'
import { useInterfaceSparks } from '../../../chart/use-sparks.ts'
import { Figure } from '../../../parts/figure.tsx'
import { StateMark } from '../../../parts/state-mark.tsx'
import { hrefOf } from '../../../router/router.ts'
import { interfaceMark } from '../interface-words.ts'

const MOST_SHOWN = 5
const load = (one: InterfaceResource): number => (one.inBps ?? 0) + (one.outBps ?? 0)
const isDown = (one: InterfaceResource): boolean => interfaceMark(one).kind === 'warning'

/** Those that are down but should be up, then the busiest. */
export function topInterfaces(all: readonly InterfaceResource[], most = MOST_SHOWN): readonly InterfaceResource[] {
  return [...all].sort((a, b) => Number(isDown(b)) - Number(isDown(a)) || load(b) - load(a)).slice(0, most)
}

export function TopInterfaces({ device, all }: { device: string; all: readonly InterfaceResource[] }): JSX.Element {
  const sparks = useInterfaceSparks(device)
  const down = all.filter(isDown).length
  return (
    <section class="section" aria-labelledby="top-interfaces">
      <div class="section-head">
        <h2 id="top-interfaces">Interfaces</h2>
        <span class="faint">{down === 0 ? 'busiest first' : `${down} down, then the busiest`}</span>
        <a class="end quiet" href={hrefOf({ kind: 'device', id: device, tab: 'interfaces' })}>
          {`All ${all.length}`}
        </a>
      </div>
      <ul class="panel pairs">
        {topInterfaces(all).map((one) => (
          <li class="port-row" key={one.interface}>
            <StateMark {...interfaceMark(one)} bare />
            <span class="cut">
              <a class="name" href={hrefOf({ kind: 'interface', id: device, name: one.interface })}>
                {one.interface}
              </a>
              <span class="faint">{one.ifAlias === '' ? '' : ` ${one.ifAlias}`}</span>
            </span>
            <span class="port-spark">
              <Spark values={sparks.get(one.interface)} />
            </span>
            <PortFigure word="in" value={one.inBps} />
            <PortFigure word="out" value={one.outBps} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function PortFigure({ word, value }: { word: string; value: number | undefined }): JSX.Element {
  return (
    <span class="port-figure">
      <span class="word">{word} </span>
      <Figure value={value} unit="bits_per_second" />
    </span>
  )
}
