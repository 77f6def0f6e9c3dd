import type { TopologyEvent } from '@eyenet/shared/api'
import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { formatMoment, formatShortMoment } from '../../format/moment.ts'
import { now } from '../../live/clock.ts'
import { Icon } from '../../parts/icon.tsx'
import { useHistoryStart } from './data/use-topology.ts'
import type { MapAddress } from './map-address.ts'
import { eventTicks, momentBeside } from './time-ticks.ts'

type Props = {
  readonly from: number
  readonly to: number
  readonly events: readonly TopologyEvent[]
  readonly address: MapAddress
  readonly change: (change: Partial<MapAddress>) => void
}

const STEPS = 1_000

/** The network at a moment of the page's time range: drag, or step from change to change; at the right end it is live. */
export function TimeLine({ from, to, events, address, change }: Props): JSX.Element {
  const { drawn, drag } = useDrag(address.at, change)
  const earliest = useHistoryStart() ?? 0
  const at = drawn ?? to
  const place = Math.round(((Math.min(to, Math.max(from, at)) - from) / Math.max(1, to - from)) * STEPS)
  const go = (moment: number | undefined): void => change({ at: moment })
  const [before, after] = [momentBeside(events, at, 'before'), momentBeside(events, at, 'after')]
  return (
    <section class="time-line" aria-label="Moment">
      <button
        type="button"
        class="icon-button"
        disabled={before === undefined}
        aria-label="The change before"
        title="The change before"
        onClick={() => go(before)}
      >
        <Icon name="left" />
      </button>
      <div class="time-track">
        <svg class="time-ticks" viewBox={`0 0 ${STEPS} 10`} preserveAspectRatio="none" aria-hidden="true">
          {eventTicks(events, { from, to, steps: STEPS }).map((tick) => (
            <line key={tick.place} x1={tick.place} x2={tick.place} y1={10 - tick.height} y2={10} class={tick.kind} />
          ))}
        </svg>
        <input
          type="range"
          min={0}
          max={STEPS}
          value={place}
          aria-label="Moment that the map shows"
          aria-valuetext={drawn === undefined ? 'now' : formatMoment(drawn)}
          onInput={(event) => {
            const step = Number(event.currentTarget.value)
            drag(step >= STEPS ? undefined : Math.max(earliest, Math.round(from + (step / STEPS) * (to - from))))
          }}
        />
      </div>
      <button
        type="button"
        class="icon-button"
        disabled={address.at === undefined}
        aria-label="The change after"
        title="The change after"
        onClick={() => go(after)}
      >
        <Icon name="right" />
      </button>
      <span class="time-word">{drawn === undefined ? 'Now' : formatShortMoment(drawn, now.value)}</span>
      {address.at !== undefined && (
        <button type="button" class="button small" onClick={() => go(undefined)}>
          Back to now
        </button>
      )}
      {address.since === undefined ? (
        <button
          type="button"
          class="button small"
          title="Colours what is different from the beginning of the time range"
          onClick={() => change({ since: Math.round(from) })}
        >
          Compare
        </button>
      ) : (
        <button type="button" class="button small" onClick={() => change({ since: undefined })}>
          Do not compare
        </button>
      )}
    </section>
  )
}

/** Of a slider that is being dragged only the moment at which it rests is looked up, milliseconds. */
const RESTS_AFTER_MS = 150

/** The moment where the slider stands: it follows the pointer at once, and the map a moment later. */
function useDrag(at: number | undefined, change: Props['change']) {
  const held = useSignal<{ readonly moment: number | undefined } | undefined>(undefined)
  const timer = useRef(0)
  useEffect(() => () => window.clearTimeout(timer.current), [])
  const drag = (moment: number | undefined): void => {
    held.value = { moment }
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(() => {
      held.value = undefined
      change({ at: moment })
    }, RESTS_AFTER_MS)
  }
  return { drawn: held.value === undefined ? at : held.value.moment, drag }
}
