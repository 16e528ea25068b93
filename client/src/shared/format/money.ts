const shekels = new Intl.NumberFormat('en-IL', { style: 'currency', currency: 'ILS' });

/** Agorot as ₪1,234.50; read left to right, always. */
export const money = (agorot: number) => shekels.format(agorot / 100);

/** What a person types as shekels, in agorot; null when it is no sum. Fractions of an agora are no sum. */
export function parseMoney(typed: string): number | null {
  const bare = typed.replace(/[\s₪,\u200e\u200f]/g, '');
  const match = /^(-?)(\d{1,11})(?:\.(\d{1,2}))?$/.exec(bare);
  if (!match) return null;
  const agorot = Number(match[2]) * 100 + Number((match[3] ?? '').padEnd(2, '0'));
  return match[1] && agorot > 0 ? -agorot : agorot;
}

/** Agorot as they are typed: 1234.50, and 1234 without agorot. */
export function typedMoney(agorot: number): string {
  const size = Math.abs(agorot);
  const part = size % 100;
  const text = `${Math.floor(size / 100)}${part ? `.${String(part).padStart(2, '0')}` : ''}`;
  return agorot < 0 ? `-${text}` : text;
}
