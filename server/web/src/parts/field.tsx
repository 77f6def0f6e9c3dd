import type { ComponentChildren, JSX } from 'preact'
import { useId } from 'preact/hooks'

type Props = {
  readonly label: string
  readonly value: string
  readonly onValue: (value: string) => void
  readonly hint?: string
  readonly wrong?: string | undefined
  readonly type?: 'text' | 'password' | 'number'
  readonly autocomplete?: string
  readonly placeholder?: string
  readonly required?: boolean
  readonly mono?: boolean
  readonly focus?: boolean
  /** What the browser offers while one types. */
  readonly offers?: readonly string[]
}

/** A labelled input; hint and complaint are tied to it for screen readers. */
export function Field(props: Props): JSX.Element {
  const id = useId()
  const { label, hint, wrong } = props
  const described = [hint === undefined ? '' : `${id}-hint`, wrong === undefined ? '' : `${id}-wrong`].join(' ').trim()
  const input = {
    id,
    class: `input${props.mono === true ? ' mono' : ''}`,
    value: props.value,
    autocomplete: props.autocomplete ?? 'off',
    placeholder: props.placeholder ?? '',
    required: props.required ?? false,
    spellcheck: false,
    autocapitalize: 'none' as const,
    autofocus: props.focus ?? false,
    'aria-invalid': wrong !== undefined,
    ...(described === '' ? {} : { 'aria-describedby': described }),
    ...(props.offers === undefined ? {} : { list: `${id}-offers` }),
    onInput: (event: { currentTarget: HTMLInputElement }) => props.onValue(event.currentTarget.value),
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {props.type === 'password' ? (
        <input type="password" {...input} />
      ) : (
        <input type="text" inputMode={props.type === 'number' ? ('numeric' as const) : ('text' as const)} {...input} />
      )}
      {props.offers !== undefined && (
        <datalist id={`${id}-offers`}>
          {props.offers.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      )}
      {hint !== undefined && (
        <span class="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {wrong !== undefined && (
        <span class="wrong" id={`${id}-wrong`}>
          {wrong}
        </span>
      )}
    </div>
  )
}

type ChoiceProps = {
  readonly label: string
  readonly value: string
  readonly onValue: (value: string) => void
  readonly options: readonly (readonly [value: string, word: string])[]
  readonly hint?: string
}

export function Choice({ label, value, onValue, options, hint }: ChoiceProps): JSX.Element {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} class="input" value={value} onChange={(event) => onValue(event.currentTarget.value)}>
        {options.map(([option, word]) => (
          <option key={option} value={option}>
            {word}
          </option>
        ))}
      </select>
      {hint !== undefined && <span class="hint">{hint}</span>}
    </div>
  )
}

type SegmentsProps = {
  readonly label: string
  readonly value: string
  readonly onValue: (value: string) => void
  readonly options: readonly (readonly [value: string, word: ComponentChildren])[]
}

/** A few alternatives side by side. */
export function Segments({ label, value, onValue, options }: SegmentsProps): JSX.Element {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out inline in every browser
    <div class="segments" role="group" aria-label={label}>
      {options.map(([option, word]) => (
        <button type="button" key={option} aria-pressed={option === value} onClick={() => onValue(option)}>
          {word}
        </button>
      ))}
    </div>
  )
}
