import { valibotResolver } from '@hookform/resolvers/valibot';
import {
  useForm,
  type FieldValues,
  type UseFormReturn,
  type UseFormSetError,
  type DefaultValues,
  type Path,
} from 'react-hook-form';
import * as v from 'valibot';
import { isApiError } from './api/error';
import { e164 } from './format/phone';
import { isKey, type Key, type Translate } from './i18n/translate';

/** Messages are keys of the catalogue: a form that is open changes language with the page. */
const key = (name: Key) => name;

export const rules = {
  required: v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1, key('form.required')),
    v.maxLength(200, key('form.long')),
  ),
  email: v.pipe(v.string(), v.trim(), v.minLength(1, key('form.required')), v.email(key('form.email'))),
  password: v.pipe(v.string(), v.minLength(8, key('password.short')), v.maxLength(128, key('password.long'))),
  anyPassword: v.pipe(v.string(), v.minLength(1, key('form.required'))),
  phone: v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1, key('form.required')),
    v.check((typed) => e164(typed) !== null, key('form.phone')),
  ),
  phoneOrNothing: v.pipe(
    v.string(),
    v.trim(),
    v.check((typed) => typed === '' || e164(typed) !== null, key('form.phone')),
  ),
};

type Schema = v.GenericSchema<FieldValues, FieldValues>;

/** A form whose rules are a schema; wrong fields are told after the first try, then as they are typed. */
export function useSchemaForm<S extends Schema>(
  schema: S,
  defaultValues: DefaultValues<v.InferInput<S>>,
): UseFormReturn<v.InferInput<S>, unknown, v.InferOutput<S>> {
  return useForm<v.InferInput<S>, unknown, v.InferOutput<S>>({
    resolver: valibotResolver(schema) as never,
    defaultValues,
    mode: 'onSubmit',
    reValidateMode: 'onChange',
  });
}

/** A problem's words: ours are keys, the engine's reasons are shown as they come. */
export function problemText(t: Translate, problem: { message?: string } | undefined): string | undefined {
  if (!problem?.message) return undefined;
  return isKey(problem.message) ? t(problem.message) : problem.message;
}

/** What the engine's reasons come down to, field by field; its own words are English, for programs. */
const reasons: Readonly<Record<string, Key>> = {
  email: 'form.email',
  password: 'password.unfit',
  new: 'password.unfit',
  current: 'profile.passwordWrong',
  code: 'firstRun.badCode',
  number: 'form.phone',
  transfer_to: 'form.phone',
  name: 'form.name',
};

/** Puts the engine's 422 on the fields that it names; true when it named any. */
export function takeFieldProblems<T extends FieldValues>(
  error: unknown,
  setError: UseFormSetError<T>,
  fields: readonly Path<T>[],
  own: Readonly<Record<string, Key>> = {},
): boolean {
  if (!isApiError(error, 'invalid') || !error.body.fields) return false;
  let taken = false;
  for (const name of Object.keys(error.body.fields)) {
    if (!(fields as readonly string[]).includes(name)) continue;
    setError(
      name as Path<T>,
      { message: own[name] ?? reasons[name] ?? key('form.refused') },
      { shouldFocus: !taken },
    );
    taken = true;
  }
  return taken;
}
