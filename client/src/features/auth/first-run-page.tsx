import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import * as v from 'valibot';
import { useErrorText } from '@/shared/api/use-error-text';
import { problemText, rules, takeFieldProblems, useSchemaForm } from '@/shared/forms';
import { useLocale } from '@/shared/i18n/use-locale';
import { useEnter } from '@/shared/session/me';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { TextField } from '@/shared/ui/field';
import { LinkButton } from '@/shared/ui/link-button';
import { PasswordField } from '@/shared/ui/password-field';
import { useFirstRun } from './api/first-run';
import { authOptionsQuery } from './api/options';
import { Door } from './door';
import styles from './door.module.css';

const schema = v.object({
  code: rules.required,
  name: rules.required,
  email: rules.email,
  password: rules.password,
});

export function FirstRunPage() {
  const { t } = useLocale();
  const navigate = useNavigate();
  const enter = useEnter();
  const firstRun = useFirstRun();
  const errorText = useErrorText();
  const options = useQuery(authOptionsQuery);
  const form = useSchemaForm(schema, { code: '', name: '', email: '', password: '' });
  const { errors } = form.formState;

  const submit = form.handleSubmit(async (values) => {
    try {
      enter(await firstRun.mutateAsync(values));
      await navigate({ to: '/', replace: true });
    } catch (error) {
      takeFieldProblems(error, form.setError, ['code', 'name', 'email', 'password']);
    }
  });

  if (options.data && !options.data.first_run)
    return (
      <Door title={t('firstRun.title')} text={t('firstRun.done')}>
        <LinkButton to="/login" look="primary" wide>
          {t('firstRun.toLogin')}
        </LinkButton>
      </Door>
    );

  return (
    <Door title={t('firstRun.title')} text={t('firstRun.text')}>
      <form className={styles.fields} noValidate onSubmit={(event) => void submit(event)}>
        <TextField
          label={t('firstRun.code')}
          hint={t('firstRun.codeHint')}
          ltr
          autoFocus
          autoComplete="one-time-code"
          problem={problemText(t, errors.code)}
          {...form.register('code')}
        />
        <TextField
          label={t('firstRun.name')}
          autoComplete="name"
          problem={problemText(t, errors.name)}
          {...form.register('name')}
        />
        <TextField
          label={t('login.email')}
          type="email"
          ltr
          autoComplete="username"
          problem={problemText(t, errors.email)}
          {...form.register('email')}
        />
        <PasswordField
          label={t('login.password')}
          hint={t('password.hint')}
          autoComplete="new-password"
          problem={problemText(t, errors.password)}
          {...form.register('password')}
        />
        {firstRun.isError && (
          <Banner tone="bad" alert>
            {errorText(firstRun.error)}
          </Banner>
        )}
        <Button type="submit" look="primary" wide busy={firstRun.isPending}>
          {t('firstRun.submit')}
        </Button>
      </form>
    </Door>
  );
}
