import { useSignal } from '@preact/signals'
import type { JSX } from 'preact'
import { Icon } from './icon.tsx'

const SHOWN_MS = 1_500

/** Copies a text; the mark turns into a tick for a moment, and screen readers are told. */
export function CopyButton({ text, what }: { text: string; what: string }): JSX.Element {
  const copied = useSignal(false)
  const copy = async (): Promise<void> => {
    if (!(await writeClipboard(text))) return
    copied.value = true
    setTimeout(() => {
      copied.value = false
    }, SHOWN_MS)
  }
  return (
    <button
      type="button"
      class="icon-button small"
      aria-label={`Copy ${what}`}
      title={`Copy ${what}`}
      onClick={() => void copy()}
    >
      <Icon name={copied.value ? 'check' : 'copy'} />
      <span class="hidden-text" role="status">
        {copied.value ? 'Copied' : ''}
      </span>
    </button>
  )
}

/** The clipboard API exists only on https and localhost; a selection works everywhere. */
async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const area = document.createElement('textarea')
    area.value = text
    area.className = 'hidden-text'
    document.body.append(area)
    area.select()
    const done = document.execCommand('copy')
    area.remove()
    return done
  }
}

/** An address, OID or query with its copy button. */
export function Copyable({ text, what }: { text: string; what: string }): JSX.Element {
  return (
    <span class="copyable">
      <span class="mono cut">{text}</span>
      <CopyButton text={text} what={what} />
    </span>
  )
}
