import type { Conversation } from '@/shared/api/whatsapp';

/** Whether free text still reaches the customer, and for how long; null is for as long as one likes. */
export function windowOf(
  { window_expires_at: until, window }: Pick<Conversation, 'window_expires_at' | 'window'>,
  now: number,
): { open: boolean; leftMs: number | null } {
  if (until) {
    const left = Date.parse(until) - now;
    return { open: left > 0, leftMs: Math.max(left, 0) };
  }
  // A bridge knows no window; to whoever never wrote only a template goes.
  return { open: !window, leftMs: null };
}

/** Hours and minutes that are left, of a started minute all of it. */
export function leftOf(ms: number): { hours: number; minutes: number } {
  const minutes = Math.ceil(ms / 60_000);
  return { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
}

/** A template's text with what is written in place of its names; what is not written yet stands as it is called. */
export function filled(
  body: string,
  parameters: readonly { name: string }[],
  values: readonly string[],
): string {
  return body.replace(/\{\{\s*([^{}\s]+)\s*\}\}/g, (whole, name: string) => {
    const at = parameters.findIndex((one) => one.name === name);
    return values[at]?.trim() || whole;
  });
}
