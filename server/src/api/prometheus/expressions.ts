import { prettyQuery } from '@eyenet/shared/promql'
import { z } from 'zod'
import type { Endpoint } from '../endpoint.ts'
import { success } from './envelope.ts'
import { treeOf } from './expr-tree.ts'
import { bad, type Fields, parsed, required } from './parameters.ts'
import { optionalTime, type PrometheusDeps, text, twice } from './question.ts'

/** What is answered about an expression without evaluating it. */
export function expressionEndpoints(deps: PrometheusDeps): readonly Endpoint[] {
  const fields = z.object({ query: text })
  return [
    ...twice(deps, {
      path: '/api/v1/format_query',
      summary: 'An expression, formatted; comments are left out',
      fields,
      answer: async (given) => success(prettyQuery(queryOf(given))),
    }),
    ...twice(deps, {
      path: '/api/v1/parse_query',
      summary: 'An expression as a tree',
      fields,
      answer: async (given) => success(treeOf(queryOf(given))),
    }),
    ...twice(deps, {
      path: '/api/v1/query_exemplars',
      summary: 'Exemplars of a query: always none, as this store keeps none',
      fields: z.object({ query: text, start: text, end: text }),
      answer: async (given) => exemplars(given),
    }),
  ]
}

const queryOf = (fields: Fields) => parsed(required(fields, 'query'), 'query')

function exemplars(fields: Fields): Response {
  const [start, end] = [optionalTime(fields, 'start'), optionalTime(fields, 'end')]
  if (start !== undefined && end !== undefined && end < start) {
    throw bad('end', 'end timestamp must not be before start timestamp')
  }
  queryOf(fields)
  return success([])
}
