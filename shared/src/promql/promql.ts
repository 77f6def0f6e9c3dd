/**
 * PromQL: parse, check, evaluate over a series reader. Pure: no clock, no I/O but the reader that is given, so that it
 * runs on the server, on the agent and in tests. It stores nothing and knows nothing of HTTP.
 */
export * from './ast.ts'
export { typeOf } from './check.ts'
export * from './evaluate.ts'
export { FUNCTIONS, type FunctionSignature, OWN_FUNCTIONS } from './function-table.ts'
export { labelValue } from './label-value.ts'
export { formatDurationMs, parseDurationMs, parseStringLiteral } from './literal.ts'
export { compileMatcher, compileMatchers } from './matcher.ts'
export { parseQuery } from './parse.ts'
export { presenceOf } from './presence.ts'
export { prettyQuery, printExpr, selectorName, signedNumber } from './print-expr.ts'
export { QueryError } from './query-error.ts'
export { formatPlainValue, formatSampleValue } from './sample-value.ts'
export { faultOfSelector } from './selector-fault.ts'
export { selectorMatchers } from './selector-matchers.ts'
export * from './series-reader.ts'
