import { describe, expect, it } from 'vitest';
import { changeOf, changeText, share, span } from './measures';

describe('measures', () => {
  it.each([
    [2.44, '2.4 sec'],
    [0.3, '0.3 sec'],
    [59, '59 sec'],
    [90, '1.5 min'],
    [35 * 60, '35 min'],
    [5400, '1.5 hr'],
    [3 * 86_400, '3 days'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(span(seconds, 'en')).toBe(text);
  });

  it('tells a change only where there is something to compare with', () => {
    expect(changeOf(15, 10)).toBe(0.5);
    expect([changeOf(3, 0), changeOf(null, 3), changeOf(3, undefined)]).toEqual([null, null, null]);
    expect(changeText(0.5, 'en')).toBe('+50%');
    expect(changeText(0, 'en')).toBe('0%');
    expect([share(1, 3, 'en'), share(0, 0, 'en')]).toEqual(['33%', null]);
  });
});
