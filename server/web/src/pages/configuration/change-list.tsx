import type { ConfigChange } from '@eyenet/shared/api'
import type { JSX } from 'preact'

/** What differs between two configurations: what goes is struck out, what comes stands beside it. */
export function ChangeList({ changes }: { changes: readonly ConfigChange[] }): JSX.Element {
  if (changes.length === 0) return <p class="faint">Nothing changes.</p>
  return (
    <ul class="changes">
      {changes.map(({ path, before, after }) => (
        <li key={path}>
          <span class="mono">{path}</span>
          <span class="change">
            {before !== undefined && <del class="mono">{wordOf(before)}</del>}
            {before !== undefined && <span class="hidden-text">becomes</span>}
            {after !== undefined ? (
              <ins class="mono">{wordOf(after)}</ins>
            ) : (
              <span class="faint">not set any more</span>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}

/** A text of many lines is looked at where it is edited. */
const MAX_SHOWN = 160

function wordOf(value: unknown): string {
  if (typeof value === 'string' && value.includes('\n')) return `${value.trimEnd().split('\n').length} lines`
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)} …` : text
}
