import type { JSX } from 'preact'
import { formatShortMoment } from '../format/moment.ts'
import { now } from '../live/clock.ts'
import { Segments } from '../parts/field.tsx'
import { Icon } from '../parts/icon.tsx'
import { DEFAULT_PRESET, PRESETS, range, setRange } from '../router/router.ts'

const choose = (value: string): void => {
  const preset = PRESETS.find((one) => one === value)
  if (preset !== undefined) setRange({ kind: 'last', preset })
}

/** The time range of the whole page: buttons where there is room, a list where there is not. */
export function RangePicker(): JSX.Element {
  const shown = range.value
  const value = shown.kind === 'last' ? shown.preset : 'between'
  return (
    <>
      {shown.kind === 'between' && (
        <button
          type="button"
          class="button hide-small"
          title="Back to the present"
          onClick={() => choose(DEFAULT_PRESET)}
        >
          {`${formatShortMoment(shown.from, now.value)} – ${formatShortMoment(shown.to, now.value)}`}
          <Icon name="cross" />
        </button>
      )}
      <div class="hide-medium">
        <Segments
          label="Time range"
          value={value}
          onValue={choose}
          options={PRESETS.map((one) => [one, one] as const)}
        />
      </div>
      <select
        class="input range-select"
        aria-label="Time range"
        value={value}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        {shown.kind === 'between' && <option value="between">chosen</option>}
        {PRESETS.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </>
  )
}
