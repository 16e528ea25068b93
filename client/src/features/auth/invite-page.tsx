import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import * as v from 'valibot';
import { isApiError } from '@/shared/api/error';
import { useErrorText } from '@/shared/api/use-error-text';
import type { InvitationLook } from '@/shared/api/types';
import { problemText, rules, takeFieldProblems, useSchemaForm } from '@/shared/forms';
import { useLocale } from '@/shared/i18n/use-locale';
import { useEnter } from '@/shared/session/me';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { TextField } from '@/shared/ui/field';
import { LinkButton } from '@/shared/ui/link-button';
import { PasswordField } from '@/shared/ui/password-field';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { useAcceptInvitation } from './api/accept-invitation';
import { invitationQuery } from './api/look-at-invitation';
import { Door } from './door';
import styles from './door.module.css';
import { takeToken } from './token';

/** The token is after `#`, so that no server or log ever sees it in an address. */
export function InvitePage() {
  const { t } = useLocale();
  const [token] = useState(takeToken);
  const look = useQuery({ ...invitationQuery(token), enabled: token !== '' });
  if (token === '' || look.isError)
    return (
      <Door title={t('invite.bad')} text={t('invite.badText')}>
        <LinkButton to="/login">{t('firstRun.toLogin')}</LinkButton>
      </Door>
    );
  if (!look.data)
    return (
      <Door title={t('app.name')}>
        <SkeletonLines lines={4} />
      </Door>
    );
  return <Accept token={token} look={look.data} />;
}

const newcomer = v.object({ name: rules.required, password: rules.password });
const known = v.object({ name: v.string(), password: rules.anyPassword });

function Accept({ token, look }: { token: string; look: InvitationLook }) {
  const { t } = useLocale();
  const navigate = useNavigate();
  const enter = useEnter();
  const accept = useAcceptInvitation();
  const errorText = useErrorText();
  const form = useSchemaForm(look.known ? known : newcomer, { name: look.name, password: '' });
  const { errors } = form.formState;
  const submit = form.handleSubmit(async (values) => {
    try {
      enter(await accept.mutateAsync({ token, ...values }));
      await navigate({ to: '/', replace: true });
    } catch (error) {
      takeFieldProblems(
        error,
        form.setError,
        ['name', 'password'],
        look.known ? { password: 'profile.passwordWrong' } : {},
      );
    }
  });
  return (
    <Door
      title={t('invite.title', { business: look.business_name })}
      text={look.known ? t('invite.known') : t('invite.text', { role: t(`role.as.${look.role}`) })}
    >
      <form className={styles.fields} noValidate onSubmit={(event) => void submit(event)}>
        <TextField label={t('login.email')} ltr readOnly autoComplete="username" value={look.email} />
        {!look.known && (
          <TextField
            label={t('firstRun.name')}
            autoComplete="name"
            problem={problemText(t, errors.name)}
            {...form.register('name')}
          />
        )}
        <PasswordField
          label={t(look.known ? 'login.password' : 'password.new')}
          {...(!look.known && { hint: t('password.hint') })}
          autoComplete={look.known ? 'current-password' : 'new-password'}
          autoFocus
          problem={problemText(t, errors.password)}
          {...form.register('password')}
        />
        {accept.isError && !isApiError(accept.error, 'invalid') && (
          <Banner tone="bad" alert>
            {errorText(accept.error)}
          </Banner>
        )}
        <Button type="submit" look="primary" wide busy={accept.isPending}>
          {t('invite.submit')}
        </Button>
      </form>
    </Door>
  );
}
