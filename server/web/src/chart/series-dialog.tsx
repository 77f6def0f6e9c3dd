import type { ComponentChildren, JSX } from 'preact'
import { Overlay } from '../app/overlay.tsx'
import { RangePicker } from '../app/range-picker.tsx'
import { Icon, type IconName } from '../parts/icon.tsx'
import { Chart, type ChartProps } from './chart.tsx'

type Props = {
  readonly title: string
  readonly icon: IconName
  readonly about: string
  readonly chart: Pick<ChartProps, 'title' | 'unit' | 'source' | 'words'>
  readonly head: ComponentChildren
  readonly children?: ComponentChildren
  readonly onClose: () => void
  readonly onStep?: (step: -1 | 1) => void
}

/** One measured thing over the page's range, over the list that it is in; the list keeps its place below. */
export function SeriesDialog({ title, icon, about, chart, head, children, onClose, onStep }: Props): JSX.Element {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (onStep === undefined || event.altKey || event.ctrlKey || event.metaKey) return
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (event.target instanceof HTMLSelectElement) return
      event.preventDefault()
      onStep(event.key === 'ArrowDown' ? 1 : -1)
    }
  }
  return (
    <Overlay label={title} onClose={onClose} wide>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrows are a shortcut of the two buttons in it */}
      <div class="series" onKeyDown={onKeyDown}>
        <header class="series-head">
          <Icon name={icon} />
          <div class="series-title">
            <h2 tabIndex={-1} autofocus>
              {title}
            </h2>
            <span class="faint">{about}</span>
          </div>
          <div class="end">
            {onStep !== undefined && (
              <>
                <StepButton name="up" word="Previous in the list" onStep={() => onStep(-1)} />
                <StepButton name="down" word="Next in the list" onStep={() => onStep(1)} />
              </>
            )}
            <StepButton name="cross" word="Close" onStep={onClose} />
          </div>
        </header>
        <div class="series-now">
          {head}
          <div class="end">
            <RangePicker />
          </div>
        </div>
        <Chart key={title} {...chart} height={232} />
        {children}
      </div>
    </Overlay>
  )
}

type StepProps = { readonly name: IconName; readonly word: string; readonly onStep: () => void }

function StepButton({ name, word, onStep }: StepProps): JSX.Element {
  return (
    <button type="button" class="icon-button" aria-label={word} title={word} onClick={onStep}>
      <Icon name={name} />
    </button>
  )
}
