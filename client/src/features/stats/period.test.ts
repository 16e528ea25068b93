import { describe, expect, it } from 'vitest';
import { daysOf, periodOf, periodSearch, presetOf, presetPeriod } from './period';

const today = '2026-11-21';

describe('a period of days', () => {
  it.each([
    [{}, '2026-10-23', '2026-11-21'],
    [{ from: '2026-11-01' }, '2026-11-01', '2026-11-21'],
    [{ to: '2026-03-31' }, '2026-03-02', '2026-03-31'],
    [{ from: '2026-12-01' }, '2026-12-01', '2026-12-01'],
    [{ from: '2026-03-31', to: '2026-03-01' }, '2026-03-01', '2026-03-31'],
    [{ from: '2020-01-01', to: '2026-03-31' }, '2025-02-25', '2026-03-31'],
  ])('%j is %s to %s', (search, from, to) => {
    expect(periodOf(search, today)).toEqual({ from, to });
  });

  it('is at most as long as the engine allows', () => {
    expect(daysOf(periodOf({ from: '2001-01-01' }, today))).toBe(400);
  });

  it('knows its preset, and weeks begin on Sunday', () => {
    expect(presetPeriod('week', today)).toEqual({ from: '2026-11-15', to: today });
    expect(presetPeriod('lastMonth', '2026-03-31')).toEqual({ from: '2026-02-01', to: '2026-02-28' });
    expect(presetOf(periodOf({}, today), today)).toBe('days30');
    expect(presetOf({ from: '2026-01-01', to: '2026-01-02' }, today)).toBeUndefined();
  });

  it('is read from an address, whose other words are dropped', () => {
    expect(periodSearch({ from: '2026-01-01', to: '2026-13-41', q: 'x' })).toEqual({ from: '2026-01-01' });
  });
});
