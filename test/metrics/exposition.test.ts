import { describe, expect, test } from 'vitest';
import { parseExposition } from './exposition.ts';

const HEAD = '# HELP a_total Some.\n# TYPE a_total counter\n';
const HISTOGRAM = '# HELP h Some.\n# TYPE h histogram\n';

describe('the strict parser', () => {
  test('reads labels and values', () => {
    const families = parseExposition(`${HEAD}a_total{one="x\\"y",two=""} 3\na_total 1e+21\n`);
    expect(families.get('a_total')).toMatchObject({
      type: 'counter',
      samples: [
        { labels: { one: 'x\\"y', two: '' }, value: 3 },
        { labels: {}, value: 1e21 },
      ],
    });
  });

  test.each([
    ['an unfinished line', `${HEAD}a_total 1`],
    ['a sample of no metric', 'a_total 1\n'],
    ['a metric without help', '# TYPE a_total counter\na_total 1\n'],
    ['a metric that comes twice', `${HEAD}a_total 1\n${HEAD}`],
    ['a sample that comes twice', `${HEAD}a_total{x="1"} 1\na_total{x="1"} 2\n`],
    ['a value that is no number', `${HEAD}a_total one\n`],
    ['a label without quotes', `${HEAD}a_total{x=1} 1\n`],
    ['a line break in a label', `${HEAD}a_total{x="1\n"} 1\n`],
    ['a counter below 0', `${HEAD}a_total -1\n`],
    ['a histogram without its last bucket', `${HISTOGRAM}h_bucket{le="1"} 1\nh_sum 1\nh_count 1\n`],
    ['a histogram that falls', `${HISTOGRAM}h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n`],
  ])('refuses %s', (_, text) => {
    expect(() => parseExposition(text)).toThrow();
  });
});
