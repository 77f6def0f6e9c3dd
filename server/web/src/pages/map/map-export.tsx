import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { downloadBlob, downloadText } from '../../format/download.ts'
import { failureSentence } from '../../net/failure.ts'
import { Icon } from '../../parts/icon.tsx'
import { toast } from '../../parts/toasts.tsx'
import { fetchFile } from '../../session/session.ts'
import type { KnownMap } from './data/use-map.ts'
import { drawingSvg } from './draw/drawing-svg.ts'
import { paletteOf } from './draw/map-palette.ts'
import type { MapAddress } from './map-address.ts'

type Props = {
  readonly map: KnownMap
  readonly address: MapAddress
  readonly png: () => Promise<Blob | undefined>
}

const GRAPHS = [
  ['graphml', 'GraphML, for yEd or Gephi'],
  ['dot', 'DOT, for Graphviz'],
  ['json', 'JSON'],
] as const

/** The picture as it is drawn, or the whole graph for other programs. */
export function MapExport({ map, address, png }: Props): JSX.Element {
  const open = useSignal(false)
  const close = (): void => {
    open.value = false
  }
  const savePng = async (): Promise<void> => {
    close()
    const blob = await png()
    if (blob === undefined) toast('The picture could not be made')
    else downloadBlob('map.png', blob)
  }
  const saveSvg = (): void => {
    close()
    downloadText('map.svg', 'image/svg+xml', drawingSvg(map.drawing, paletteOf(document.documentElement)))
  }
  const saveGraph = async (format: string): Promise<void> => {
    close()
    const at = address.at === undefined ? '' : `&at=${address.at}`
    const answer = await fetchFile(`/api/v1/topology/export?format=${format}${at}`)
    if (answer.kind === 'failed') toast(failureSentence(answer.failure))
    else downloadBlob(`map.${format}`, answer.value)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out inline in every browser
    <div
      class="save-menu"
      role="group"
      aria-label="Save the map"
      onKeyDown={(event) => event.key === 'Escape' && close()}
      onFocusOut={(event) => {
        if (!(event.relatedTarget instanceof Node) || !event.currentTarget.contains(event.relatedTarget)) close()
      }}
    >
      <button
        type="button"
        class="button"
        aria-label="Save the map"
        aria-haspopup="true"
        aria-expanded={open.value}
        onClick={() => {
          open.value = !open.value
        }}
      >
        <Icon name="download" /> <span class="hide-small">Save</span>
      </button>
      {open.value && (
        <div class="save-list">
          {address.view === 'map' && (
            <button type="button" onClick={() => void savePng()}>
              Picture (PNG)
            </button>
          )}
          {address.view === 'map' && (
            <button type="button" onClick={saveSvg}>
              Picture that scales (SVG)
            </button>
          )}
          {GRAPHS.map(([format, word]) => (
            <button type="button" key={format} onClick={() => void saveGraph(format)}>
              {word}
            </button>
          ))}
        </div>
      )}
    </div>
  )
}
