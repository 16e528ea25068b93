import { phone } from './phone';

/**
 * What a script saved, as one line. A detail is a text, or an object that holds the value beside how it was heard; what
 * was not validated carries its own mark and is shown as heard.
 */
export function detailText(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return phone(value);
  if (typeof value === 'boolean') return value ? '✓' : null;
  if (Array.isArray(value)) return value.map(detailText).filter(Boolean).join(', ') || null;
  if (typeof value !== 'object') return null;
  const { said, text, value: inner, heard } = value as Record<'said' | 'text' | 'value' | 'heard', unknown>;
  return (
    detailText(said) ?? detailText(text) ?? detailText(inner) ?? detailText(heard) ?? JSON.stringify(value)
  );
}

/** Whether a detail is only what was heard: nobody has confirmed it, and no rule has checked it. */
export function isDoubtful(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'validated' in value && value.validated === false;
}
