import type { Signal } from '@preact/signals'
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { type Answer, failureSentence } from '../../net/failure.ts'
import { toast } from '../../parts/toasts.tsx'
import { may } from '../../session/session.ts'
import type { usePositions } from './data/use-positions.ts'
import { disputeWords } from './map-words.ts'

type Positions = ReturnType<typeof usePositions>
type Props = {
  readonly editing: Signal<boolean>
  readonly positions: Positions
  readonly nodes: Parameters<typeof disputeWords>[1]
}

const DONE = {
  save: 'Places are saved, for everybody',
  keepMine: 'Places are saved, for everybody',
  reset: 'Places are as the layout has them, for everybody',
} as const

/** Moves marks by hand; saved places are for everybody. */
export function EditPlaces({ editing, positions, nodes }: Props): JSX.Element | null {
  const isEditing = editing.value
  useTakeBackKey(isEditing && positions.changed, positions.takeBack)
  if (!may('operator')) return null
  const write = async (what: keyof typeof DONE): Promise<void> => {
    const answer = await positions[what]()
    if (answer.kind === 'failed') {
      toast(failureSentence(answer.failure))
      return
    }
    if (positions.disputed.peek().size > 0) return
    editing.value = false
    toast(DONE[what], () => void undo(answer.value))
  }
  if (!isEditing) {
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
  const disputed = positions.disputed.value
  if (disputed.size > 0)
    return (
      <Dispute words={disputeWords(disputed, nodes)} keep={() => void write('keepMine')} take={positions.takeTheirs} />
    )
  return (
    <>
      <button type="button" class="button solid" disabled={!positions.changed} onClick={() => void write('save')}>
        Save places
      </button>
      {positions.changed && (
        <button type="button" class="button" title="Takes the last move back (Ctrl Z)" onClick={positions.takeBack}>
          Take back
        </button>
      )}
      {positions.any && (
        <button type="button" class="button" onClick={() => void write('reset')}>
          Reset
        </button>
      )}
      <button
        type="button"
        class="button plain"
        onClick={() => {
          positions.forget()
          editing.value = false
        }}
      >
        Cancel
      </button>
    </>
  )
}

type DisputeProps = {
  readonly words: string
  readonly keep: () => void
  readonly take: () => void
}

/** Whose places count is asked once; it is what the keys are at, for the button that was pressed is gone. */
function Dispute({ words, keep, take }: DisputeProps): JSX.Element {
  const told = useRef<HTMLSpanElement>(null)
  useEffect(() => told.current?.focus(), [])
  return (
    <>
      <span class="map-dispute" role="alert" tabIndex={-1} ref={told}>
        {words}
      </span>
      <button type="button" class="button solid" title="Saves your places over theirs, for everybody" onClick={keep}>
        Keep mine
      </button>
      <button type="button" class="button" title="Lets these go where they were saved" onClick={take}>
        Take theirs
      </button>
    </>
  )
}

async function undo(takeBack: () => Promise<Answer<unknown>>): Promise<void> {
  const answer = await takeBack()
  toast(answer.kind === 'failed' ? failureSentence(answer.failure) : 'Places are as they were')
}

function useTakeBackKey(active: boolean, takeBack: () => void): void {
  useEffect(() => {
    if (!active) return
    const onKey = (event: KeyboardEvent): void => {
      const writing = event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)
      if (event.key !== 'z' || event.shiftKey || !(event.ctrlKey || event.metaKey) || writing) return
      event.preventDefault()
      takeBack()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [active, takeBack])
}
