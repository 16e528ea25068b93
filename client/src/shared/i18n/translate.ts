import type { Locale } from '../api/types';
import { en } from './en';
import { he } from './he';

/** A text, or its forms by count (Hebrew has a form for two). */
export type Forms = { readonly one: string; readonly two?: string; readonly other: string };
export type Key = keyof typeof he;
export type Catalogue = Readonly<Record<Key, string | Forms>>;
/** The same keys in another language: one that is missing or not of this subject is an error where it is written. */
export type InOtherWords<Subject> = Readonly<Record<keyof Subject, string | Forms>>;
export type Params = Readonly<Record<string, string | number>>;
export type Translate = (key: Key, params?: Params) => string;

const catalogues: Record<Locale, Catalogue> = { he, en };
const plurals: Record<Locale, Intl.PluralRules> = {
  he: new Intl.PluralRules('he'),
  en: new Intl.PluralRules('en'),
};

/** Words put into a sentence keep their own direction: first-strong isolate, and its end. */
const isolate = (value: string | number) =>
  typeof value === 'number' ? String(value) : `\u2068${value}\u2069`;

export function translator(locale: Locale): Translate {
  const catalogue = catalogues[locale];
  return (key, params) => {
    const entry = catalogue[key];
    const text = typeof entry === 'string' ? entry : pick(entry, locale, Number(params?.count ?? 0));
    if (!params) return text;
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = params[name];
      return value === undefined ? whole : isolate(value);
    });
  };
}

function pick(forms: Forms, locale: Locale, count: number): string {
  const rule = plurals[locale].select(count);
  if (rule === 'one') return forms.one;
  if (rule === 'two') return forms.two ?? forms.other;
  return forms.other;
}

export function isKey(text: string): text is Key {
  return Object.hasOwn(he, text);
}
