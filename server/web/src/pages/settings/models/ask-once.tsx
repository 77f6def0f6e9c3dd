import { useSignal } from '@preact/signals'
import type { ComponentChildren, JSX } from 'preact'

type Props = {
  /** What the button says, and what the one that does it says. */
  readonly word: string
  readonly sure?: string
  /** What it will do. */
  readonly says: ComponentChildren
  readonly danger?: boolean
  readonly act: () => Promise<void>
}

/** Says what an action will do and asks once, in place. */
export function AskOnce({ word, sure = word, says, danger = false, act }: Props): JSX.Element {
  const asking = useSignal(false)
  const busy = useSignal(false)
  if (!asking.value) {
    return (
      <button
        type="button"
        class="button small"
        onClick={() => {
          asking.value = true
        }}
      >
        {word}
      </button>
    )
  }
  const doIt = async (): Promise<void> => {
    busy.value = true
    await act()
    busy.value = false
    asking.value = false
  }
  return (
    <fieldset class="ask-once">
      <legend class="hidden-text">{word}</legend>
      <div class="quiet">{says}</div>
      <div class="actions">
        <button
          type="button"
          class={`button small ${danger ? 'danger' : 'solid'}`}
          disabled={busy.value}
          onClick={() => void doIt()}
        >
          {sure}
        </button>
        <button
          type="button"
          class="button small plain"
          onClick={() => {
            asking.value = false
          }}
        >
          Not now
        </button>
      </div>
    </fieldset>
  )
}
