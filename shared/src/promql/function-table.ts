import type { ExprType } from './ast.ts'

/** What a function takes and gives. `optional` counts the last arguments that may be left out; -1: the last repeats. */
export type FunctionSignature = {
  readonly args: readonly ExprType[]
  readonly optional: number
  readonly returns: ExprType
}

type Row = readonly [names: string, args: readonly ExprType[], optional?: number, returns?: ExprType]

const V: ExprType = 'vector'
const M: ExprType = 'matrix'
const S: ExprType = 'scalar'
const T: ExprType = 'string'

const ROWS: readonly Row[] = [
  ['abs ceil floor sqrt exp ln log2 log10 sgn deg rad', [V]],
  ['sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh', [V]],
  ['absent sort sort_desc timestamp', [V]],
  ['round', [V, S], 1],
  ['clamp', [V, S, S]],
  ['clamp_min clamp_max', [V, S]],
  ['scalar', [V], 0, S],
  ['vector', [S]],
  ['time pi', [], 0, S],
  ['minute hour day_of_week day_of_month day_of_year days_in_month month year', [V], 1],
  ['rate irate increase delta idelta deriv changes resets', [M]],
  ['avg_over_time min_over_time max_over_time sum_over_time count_over_time last_over_time first_over_time', [M]],
  ['stddev_over_time stdvar_over_time present_over_time absent_over_time', [M]],
  ['quantile_over_time', [S, M]],
  ['predict_linear forecast_until', [M, S]],
  ['histogram_quantile', [S, V]],
  ['histogram_fraction', [S, S, V]],
  ['label_replace', [V, T, T, T, T]],
  ['label_join', [V, T, T, T], -1],
]

/** Functions that Prometheus does not have; another engine cannot be asked for them. */
export const OWN_FUNCTIONS: ReadonlySet<string> = new Set(['forecast_until'])

export const FUNCTIONS: ReadonlyMap<string, FunctionSignature> = new Map(
  ROWS.flatMap(([names, args, optional = 0, returns = V]) =>
    names.split(' ').map((name): [string, FunctionSignature] => [name, { args, optional, returns }]),
  ),
)
