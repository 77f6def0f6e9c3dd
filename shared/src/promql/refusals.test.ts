import { expect, test } from 'vitest'
import { at, MemoryReader } from './memory-reader.testkit.ts'
import { evaluate } from './promql.ts'

const reader = new MemoryReader()
for (const [name, x, y] of ['a 1 1', 'a 1 2', 'a 2 1', 'b 1 1', 'b 1 2'].map((line) => line.split(' '))) {
  reader.add({ __name__: name ?? '', x: x ?? '', y: y ?? '' }, [1])
}
reader.add({ __name__: 'c', x: '1' }, [1]).add({ __name__: 'c', x: '2', 'label.z': 'q' }, [1])

test.each([
  [
    'a * on(x) b',
    'found duplicate series for the match group {x="1"} on the right hand-side of the operation: [{__name__="b", x="1", y="2"}, {__name__="b", x="1", y="1"}];many-to-many matching not allowed: matching labels must be unique on one side',
  ],
  [
    'a + ignoring(y) group_right c',
    'found duplicate series for the match group {x="1"} on the left hand-side of the operation: [{__name__="a", x="1", y="2"}, {__name__="a", x="1", y="1"}];many-to-many matching not allowed: matching labels must be unique on one side',
  ],
  [
    'a / on() c',
    'found duplicate series for the match group {} on the right hand-side of the operation: [{__name__="c", "label.z"="q", x="2"}, {__name__="c", x="1"}];many-to-many matching not allowed: matching labels must be unique on one side',
  ],
  ['a * on(x) c', 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)'],
  [
    'label_replace(a, "y", "1", "", "") * on(x, y) group_left() a',
    'vector cannot contain metrics with the same labelset',
  ],
  [
    'a * on(x) group_left(y) label_replace(c, "y", "1", "", "")',
    'multiple matches for labels: grouping labels must ensure unique matches',
  ],
  ['label_replace(a, "x", "same", "x", "(")', 'invalid regular expression in label_replace(): ('],
  ['label_replace(a, "", "same", "x", "")', 'invalid destination label name in label_replace(): '],
  ['label_join(a, "", ",", "x")', 'invalid destination label name in label_join(): '],
  ['label_join(a, "z", ",", "")', 'invalid source label name in label_join(): '],
  ['count_values("", a)', 'invalid label name ""'],
  ['topk(1e30, a)', 'Scalar value 1e+30 overflows int64'],
  ['bottomk(-Inf, a)', 'Scalar value -Inf underflows int64'],
  ['topk(NaN, a)', 'Parameter value is NaN'],
  ['abs({__name__=~"a|b"})', 'vector cannot contain metrics with the same labelset'],
])('%s is refused as Prometheus refuses it', async (expr, message) => {
  const answer = evaluate({ expr, start: at(0), end: at(0), step: 0, reader })
  await expect(answer).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining(message) })
})

test('what cannot be evaluated is refused even where its result would not matter', async () => {
  const asked = (expr: string) => evaluate({ expr, start: at(0), end: at(0), step: 0, reader })
  await expect(asked('(a > 5) and on() (a * on(x) b)')).rejects.toThrow('found duplicate series')
  await expect(asked('none + on(x) abs({__name__=~"a|b"})')).rejects.toThrow('same labelset')
})
