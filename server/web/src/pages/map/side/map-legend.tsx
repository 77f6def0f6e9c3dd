import type { JSX } from 'preact'
import { StateMark } from '../../../parts/state-mark.tsx'

/** What shapes and lines mean. */
export function MapLegend({ compared }: { compared: boolean }): JSX.Element {
  return (
    <details class="map-legend">
      <summary>What it means</summary>
      <ul>
        <li>
          <StateMark kind="critical" /> <span class="faint">octagon, filled</span>
        </li>
        <li>
          <StateMark kind="warning" /> <span class="faint">pentagon</span>
        </li>
        <li>
          <StateMark kind="unknown" /> <span class="faint">circle, dashed</span>
        </li>
        <li>
          <StateMark kind="behind-failure" word="Unreachable" />{' '}
          <span class="faint">diamond: something before it failed</span>
        </li>
        <li>
          <StateMark kind="ok" /> <span class="faint">square; a dashed one is not watched</span>
        </li>
        {compared ? <Compared /> : <Lines />}
      </ul>
    </details>
  )
}

function Line({ look, word }: { look: string; word: string }): JSX.Element {
  return (
    <li>
      <span class={`legend-line ${look}`} aria-hidden="true" /> {word}
    </li>
  )
}

function Lines(): JSX.Element {
  return (
    <>
      <Line look="idle" word="little used" />
      <Line look="used" word="30 % used and more" />
      <Line look="busy" word="70 % and more" />
      <Line look="full" word="90 % and more" />
      <Line look="wide" word="wider: faster" />
      <Line look="doubtful" word="dashed: doubtful" />
      <Line look="blocked" word="dotted: blocked by the spanning tree" />
      <Line look="down" word="✕ down" />
      <Line look="lost" word="lost: nobody tells of it" />
      <Line look="way" word="on the way that is shown" />
      <Line look="way-elsewhere" word="where traced packets go beside it" />
    </>
  )
}

function Compared(): JSX.Element {
  return (
    <>
      <Line look="added" word="added since" />
      <Line look="removed" word="removed since" />
      <Line look="moved" word="moved, or another state" />
    </>
  )
}
