import { useCallback, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { Locale } from '../api/types';
import { formats } from '../format/formats';
import { LocaleContext } from './use-locale';
import { translator } from './translate';

const KEY = 'al.locale';

function stored(): Locale {
  try {
    return localStorage.getItem(KEY) === 'en' ? 'en' : 'he';
  } catch {
    return 'he';
  }
}

/** The language of everything below, and with it the direction of the page. */
export function LocaleProvider({ children, initial }: { children: ReactNode; initial?: Locale }) {
  const [locale, setState] = useState<Locale>(initial ?? stored);
  const [timeZone, setTimeZone] = useState('Asia/Jerusalem');

  const setLocale = useCallback((next: Locale) => {
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // The choice then lasts as long as the page.
    }
    setState(next);
  }, []);

  useEffect(() => {
    document.documentElement.lang = locale;
    document.documentElement.dir = locale === 'he' ? 'rtl' : 'ltr';
  }, [locale]);

  const value = useMemo(
    () => ({
      locale,
      dir: locale === 'he' ? ('rtl' as const) : ('ltr' as const),
      t: translator(locale),
      format: formats(locale, timeZone),
      timeZone,
      setLocale,
      setTimeZone,
    }),
    [locale, timeZone, setLocale],
  );
  return <LocaleContext value={value}>{children}</LocaleContext>;
}
