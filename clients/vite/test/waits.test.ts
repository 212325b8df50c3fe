import { expect, test } from 'vitest'
import { Backoff } from '../src/backoff.js'
import { Starts } from '../src/starts.js'

test('waits double up to a limit, between half and whole, and begin anew', () => {
  const whole = new Backoff(() => 1)
  expect([1, 2, 3, 4, 5, 6, 7].map(() => whole.next())).toEqual([100, 200, 400, 800, 1600, 2000, 2000])
  whole.reset()
  expect(whole.next()).toBe(100)
  expect(new Backoff(() => 0).next()).toBe(50)
})

test('a start that failed is not due before its wait is over', () => {
  let now = 0
  const starts = new Starts(() => now)
  expect(starts.due).toBe(true)
  for (const wait of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000]) {
    starts.failed()
    now += wait - 1
    expect(starts.due).toBe(false)
    now += 1
    expect(starts.due).toBe(true)
  }

  starts.failed()
  starts.reset()
  expect(starts.due).toBe(true)
})
