import * as v from 'valibot';
import { isApiError } from '@/shared/api/error';
import { useErrorText } from '@/shared/api/use-error-text';
import { problemText, rules, takeFieldProblems, useSchemaForm } from '@/shared/forms';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { Button } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { PasswordField } from '@/shared/ui/password-field';
import { useToast } from '@/shared/ui/use-toast';
import forms from '@/shared/ui/form.module.css';
import { useChangePassword } from './api/change-password';
import styles from './profile.module.css';

const schema = v.object({ current: rules.anyPassword, new: rules.password });

export function PasswordCard() {
  const { t } = useLocale();
  const me = useMe();
  const toast = useToast();
  const errorText = useErrorText();
  const change = useChangePassword();
  const form = useSchemaForm(schema, { current: '', new: '' });
  const { errors } = form.formState;
  const submit = form.handleSubmit(async (values) => {
    try {
      await change.mutateAsync(values);
      form.reset();
      toast.show({ text: t('profile.passwordDone') });
    } catch (error) {
      if (isApiError(error, 'forbidden')) form.setError('current', { message: 'profile.passwordWrong' });
      else if (!takeFieldProblems(error, form.setError, ['current', 'new']))
        toast.show({ tone: 'bad', text: errorText(error) });
    }
  });
  return (
    <Card title={t('profile.password')} text={t('profile.passwordText')}>
      <form className={styles.stack} noValidate onSubmit={(event) => void submit(event)}>
        {/* Password managers want to know whose password it is. */}
        <input hidden type="email" name="username" autoComplete="username" value={me.user.email} readOnly />
        <div className={forms.two}>
          <PasswordField
            label={t('password.current')}
            autoComplete="current-password"
            problem={problemText(t, errors.current)}
            {...form.register('current')}
          />
          <PasswordField
            label={t('password.new')}
            hint={t('password.hint')}
            autoComplete="new-password"
            problem={problemText(t, errors.new)}
            {...form.register('new')}
          />
        </div>
        <div className={forms.buttons}>
          <Button type="submit" busy={change.isPending}>
            {t('profile.passwordSubmit')}
          </Button>
        </div>
      </form>
    </Card>
  );
}
