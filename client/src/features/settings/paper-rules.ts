import type { DocumentSettings } from '@/shared/api/documents';
import { parseMoney, typedMoney } from '@/shared/format/money';

/** Something that holds from a day on, as it is typed. */
export interface Since {
  from: string;
  value: string;
}

/** The settings as they are typed: percentages and sums are words until they are kept. */
export interface TypedSettings extends Omit<DocumentSettings, 'vat_rates' | 'allocation_thresholds'> {
  rates: readonly Since[];
  thresholds: readonly Since[];
}

export function typedOf({ vat_rates, allocation_thresholds, ...rest }: DocumentSettings): TypedSettings {
  return {
    ...rest,
    rates: vat_rates.map(({ from, percent }) => ({ from, value: percent })),
    thresholds: allocation_thresholds.map(({ from, amount }) => ({ from, value: typedMoney(amount) })),
  };
}

export const percentWrong = (typed: string) =>
  !/^\d{1,2}(\.\d{1,2})?$/.test(typed.trim()) && typed.trim() !== '100';

export const sumWrong = (typed: string) => {
  const sum = parseMoney(typed);
  return sum === null || sum < 0;
};

/** Which day is there twice, if any. */
export function twice(rows: readonly Since[]): string | undefined {
  return rows.find((one, index) => rows.findIndex((other) => other.from === one.from) !== index)?.from;
}

/** What the engine is told, the earliest day first; null while something can't be kept. */
export function settingsOf({ rates, thresholds, ...rest }: TypedSettings): DocumentSettings | null {
  const broken =
    rates.some((one) => percentWrong(one.value)) ||
    thresholds.some((one) => sumWrong(one.value)) ||
    twice(rates) !== undefined ||
    twice(thresholds) !== undefined;
  if (broken) return null;
  const inOrder = (rows: readonly Since[]) => [...rows].sort((a, b) => a.from.localeCompare(b.from));
  return {
    ...rest,
    vat_rates: inOrder(rates).map(({ from, value }) => ({ from, percent: value.trim() })),
    allocation_thresholds: inOrder(thresholds).map(({ from, value }) => ({
      from,
      amount: parseMoney(value) ?? 0,
    })),
  };
}
