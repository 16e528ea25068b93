import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import * as v from 'valibot';
import { isApiError } from '@/shared/api/error';
import { useErrorText } from '@/shared/api/use-error-text';
import { problemText, rules, takeFieldProblems, useSchemaForm } from '@/shared/forms';
import type { Key } from '@/shared/i18n/translate';
import { useLocale } from '@/shared/i18n/use-locale';
import { session } from '@/shared/session/session';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { PasswordField } from '@/shared/ui/password-field';
import { useToast } from '@/shared/ui/use-toast';
import { useResetPassword } from './api/reset-password';
import { Door } from './door';
import styles from './door.module.css';
import { takeToken } from './token';

const differs: Key = 'password.differs';
const schema = v.pipe(
  v.object({ password: rules.password, again: rules.anyPassword }),
  v.forward(
    v.check(({ password, again }) => password === again, differs),
    ['again'],
  ),
);

export function ResetPage() {
  const { t } = useLocale();
  const [token] = useState(takeToken);
  const navigate = useNavigate();
  const toast = useToast();
  const reset = useResetPassword();
  const errorText = useErrorText();
  const form = useSchemaForm(schema, { password: '', again: '' });
  const { errors } = form.formState;
  const submit = form.handleSubmit(async ({ password }) => {
    try {
      await reset.mutateAsync({ token, password });
      session.closed();
      toast.show({ text: t('reset.done') });
      await navigate({ to: '/login', replace: true });
    } catch (error) {
      takeFieldProblems(error, form.setError, ['password']);
    }
  });
  const bad =
    token === '' || isApiError(reset.error, 'not_found') || isApiError(reset.error, 'unauthenticated');
  return (
    <Door title={t('reset.title')} text={t('reset.text')}>
      {(bad || reset.isError) && (
        <Banner tone="bad" alert>
          {bad ? t('reset.bad') : errorText(reset.error)}
        </Banner>
      )}
      <form className={styles.fields} noValidate onSubmit={(event) => void submit(event)}>
        <PasswordField
          label={t('password.new')}
          hint={t('password.hint')}
          autoComplete="new-password"
          autoFocus
          problem={problemText(t, errors.password)}
          {...form.register('password')}
        />
        <PasswordField
          label={t('password.again')}
          autoComplete="new-password"
          problem={problemText(t, errors.again)}
          {...form.register('again')}
        />
        <Button type="submit" look="primary" wide busy={reset.isPending} disabled={token === ''}>
          {t('reset.submit')}
        </Button>
      </form>
    </Door>
  );
}
