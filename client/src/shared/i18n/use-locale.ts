import { createContext, use } from 'react';
import type { Locale } from '../api/types';
import type { Formats } from '../format/formats';
import type { Translate } from './translate';

export interface LocaleValue {
  locale: Locale;
  dir: 'rtl' | 'ltr';
  t: Translate;
  format: Formats;
  /** Of the current business: its times are shown in its zone, wherever the reader is. */
  timeZone: string;
  setLocale: (locale: Locale) => void;
  setTimeZone: (zone: string) => void;
}

export const LocaleContext = createContext<LocaleValue | null>(null);

export function useLocale(): LocaleValue {
  const value = use(LocaleContext);
  if (!value) throw new Error('useLocale needs a LocaleProvider above it');
  return value;
}
