import type { DocumentLine } from '@/shared/api/documents';

/** A number like 1.5, more than none, at most three decimals: in thousandths, or null. */
export function parseQuantity(typed: string): number | null {
  const match = /^(\d{1,7})(?:\.(\d{1,3}))?$/.exec(typed.trim());
  if (!match) return null;
  const thousandths = Number(match[1]) * 1000 + Number((match[2] ?? '').padEnd(3, '0'));
  return thousandths > 0 && thousandths <= 1_000_000_000 ? thousandths : null;
}

/** Divides and rounds; a half goes away from zero. As the engine does, whose sums are the true ones. */
function halfUp(sum: bigint, by: bigint): bigint {
  return (sum + (sum < 0n ? -by / 2n : by / 2n)) / by;
}

/** Agorot, before VAT. */
export function netOf(line: Pick<DocumentLine, 'quantity' | 'unit_price'>): number {
  return Number(halfUp(BigInt(parseQuantity(line.quantity) ?? 0) * BigInt(line.unit_price), 1000n));
}

/** What the lines come to while they are typed; `rate` is per cent. */
export function totalsOf(lines: readonly DocumentLine[], rate: string) {
  const hundredths = BigInt(Math.round(Number(rate) * 100) || 0);
  const sum = (some: readonly DocumentLine[]) => some.reduce((all, line) => all + netOf(line), 0);
  const net = sum(lines);
  const vat = Number(halfUp(BigInt(sum(lines.filter((line) => line.vat))) * hundredths, 10_000n));
  return { net, vat, total: net + vat };
}
