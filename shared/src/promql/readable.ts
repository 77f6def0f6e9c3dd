const UNREADABLE = new RegExp(
  [
    /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`|#[^\n]*/,
    /(?<point>(?<![\w.])\d+\.(?![\w.]))/,
    /(?<name>(?<=(?:^|[(,{+*/%^=<>-])\s*)offset(?![\w:]))/,
  ]
    .map((part) => part.source)
    .join('|'),
  'gi',
)

// As long as `offset`, and no keyword.
const PLAIN_NAME = 'offse_'

/**
 * What Prometheus reads and Lezer's grammar does not, in a form that it can read: `5.` as `5 `, and a metric or a label
 * named offset under another name. Strings, comments and every position stay; names are taken from the text itself.
 */
export function readable(text: string): string {
  return text.replace(UNREADABLE, (found, ...rest: readonly unknown[]) => {
    const groups = rest.at(-1)
    if (typeof groups !== 'object' || groups === null) return found
    if ('point' in groups && groups.point !== undefined) return found.replace('.', ' ')
    return 'name' in groups && groups.name !== undefined ? PLAIN_NAME : found
  })
}
