import type { JSX } from 'preact'
import { Overlay } from './overlay.tsx'

const KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['/'], 'Search devices, interfaces, alerts and pages'],
  [['g', 'o'], 'Overview'],
  [['g', 'm'], 'Map'],
  [['g', 'd'], 'Devices'],
  [['g', 'i'], 'Inbox: what agents found'],
  [['g', 'e'], 'Endpoints'],
  [['g', 'a'], 'Alerts'],
  [['g', 'u'], 'Anomalies: what is unusual'],
  [['g', 'n'], 'Agents'],
  [['g', 'q'], 'Query'],
  [['↑', '↓'], 'Move in a list; Enter opens'],
  [['Space'], 'Tick a row of a list'],
  [['←', '→'], 'Close or open a part in a tree'],
  [['Esc'], 'Close'],
  [['?'], 'This help'],
]

export function HelpPanel(): JSX.Element {
  return (
    <Overlay label="Keyboard and charts">
      <div class="help">
        <h2>Keyboard</h2>
        <dl>
          {KEYS.map(([keys, what]) => (
            <>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{what}</dd>
            </>
          ))}
        </dl>
        <h2 class="help-second">Charts</h2>
        <p class="quiet">
          Drag over a chart to zoom all charts of the page; double-click to go back. While the pointer is over a chart,
          charts stand still. The range is in the address: what you see, you can send. The shaded band is what is usual
          at that hour; the marks on the time axis are anomalies.
        </p>
      </div>
    </Overlay>
  )
}
