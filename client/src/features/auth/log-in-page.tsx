import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect } from 'react';
import * as v from 'valibot';
import { isApiError } from '@/shared/api/error';
import { useErrorText } from '@/shared/api/use-error-text';
import { problemText, rules, useSchemaForm } from '@/shared/forms';
import { useLocale } from '@/shared/i18n/use-locale';
import { useEnter } from '@/shared/session/me';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { TextField } from '@/shared/ui/field';
import { PasswordField } from '@/shared/ui/password-field';
import { useLogIn } from './api/log-in';
import { authOptionsQuery } from './api/options';
import { Door } from './door';
import styles from './door.module.css';

const schema = v.object({ email: rules.email, password: rules.anyPassword });

export function LogInPage() {
  const { t } = useLocale();
  const { next } = useSearch({ from: '/login' });
  const navigate = useNavigate();
  const enter = useEnter();
  const logIn = useLogIn();
  const errorText = useErrorText();
  const options = useQuery(authOptionsQuery);
  const form = useSchemaForm(schema, { email: '', password: '' });
  const { errors } = form.formState;

  const firstRun = options.data?.first_run ?? false;
  useEffect(() => {
    if (firstRun) void navigate({ to: '/first-run', replace: true });
  }, [firstRun, navigate]);

  const submit = form.handleSubmit(async (values) => {
    try {
      enter(await logIn.mutateAsync(values));
      await navigate({ href: next ?? '/', replace: true });
    } catch {
      form.setFocus('password', { shouldSelect: true });
    }
  });

  const problem = (error: unknown) => {
    if (isApiError(error, 'unauthenticated')) return t('login.wrong');
    if (isApiError(error, 'rate_limited') && error.retryAfterS)
      return t('login.throttled', { count: error.retryAfterS });
    return errorText(error);
  };

  return (
    <Door title={t('login.title')}>
      <form className={styles.fields} noValidate onSubmit={(event) => void submit(event)}>
        <TextField
          label={t('login.email')}
          type="email"
          ltr
          autoComplete="username"
          autoFocus
          problem={problemText(t, errors.email)}
          {...form.register('email')}
        />
        <PasswordField
          label={t('login.password')}
          autoComplete="current-password"
          problem={problemText(t, errors.password)}
          {...form.register('password')}
        />
        {logIn.isError && (
          <Banner tone="bad" alert>
            {problem(logIn.error)}
          </Banner>
        )}
        <Button type="submit" look="primary" wide busy={logIn.isPending || form.formState.isSubmitting}>
          {t('login.submit')}
        </Button>
      </form>
      <p className={styles.help}>{t('login.help')}</p>
    </Door>
  );
}
