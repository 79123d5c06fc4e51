import { expect, test } from 'vitest'
import { join, stack } from './join.ts'

test('series with the same times share them', () => {
  const times = [1, 2, 3]
  expect(join([{ times, values: [1, 2, 3], stepMs: 1 }, { times: [1, 2, 3], values: [4, null, 6], stepMs: 1 }])).toEqual({ times, columns: [[1, 2, 3], [4, null, 6]] })
})

test('a missing step is a gap, another series rhythm is not', () => {
  const { times, columns } = join([
    { times: [0, 10, 40], values: [1, 2, 3], stepMs: 10 },
    { times: [0, 40], values: [5, 6], stepMs: 40 },
  ])
  expect(times).toEqual([0, 10, 20, 40])
  expect(columns).toEqual([[1, 2, null, 3], [5, undefined, undefined, 6]])
})

test('infinite and missing numbers are gaps', () => {
  expect(join([{ times: [0, 1], values: [Number.POSITIVE_INFINITY, Number.NaN], stepMs: undefined }]).columns).toEqual([[null, null]])
})

test('stacks add up, also to 100', () => {
  expect(stack([[1, 2, null], [3, 4, 5]], false)).toEqual([[1, 2, 0], [4, 6, 5]])
  expect(stack([[1, 0], [3, 0]], true)).toEqual([[25, 0], [100, 0]])
})
