import type { Signal } from '@preact/signals'
import type { JSX } from 'preact'
import { failureSentence } from '../../net/failure.ts'
import { toast } from '../../parts/toasts.tsx'
import { may } from '../../session/session.ts'
import type { usePositions } from './data/use-positions.ts'

type Props = { readonly editing: Signal<boolean>; readonly positions: ReturnType<typeof usePositions> }

/** Moves marks by hand; saved places are for everybody. */
export function EditPlaces({ editing, positions }: Props): JSX.Element | null {
  if (!may('operator')) return null
  const done = (): void => {
    editing.value = false
  }
  const save = async (what: 'save' | 'reset'): Promise<void> => {
    const answer = await positions[what]()
    if (answer.kind === 'failed') toast(failureSentence(answer.failure))
    else {
      toast(what === 'save' ? 'Places are saved, for everybody' : 'Places are as the layout has them, for everybody')
      done()
    }
  }
  if (!editing.value) {
    return (
      <button
        type="button"
        class="button hide-small"
        onClick={() => {
          editing.value = true
        }}
      >
        Move
      </button>
    )
  }
  return (
    <>
      <button type="button" class="button solid" disabled={!positions.changed} onClick={() => void save('save')}>
        Save places
      </button>
      {positions.any && (
        <button type="button" class="button" onClick={() => void save('reset')}>
          Reset
        </button>
      )}
      <button
        type="button"
        class="button plain"
        onClick={() => {
          positions.forget()
          done()
        }}
      >
        Cancel
      </button>
    </>
  )
}
