import { useState } from 'react';
import * as v from 'valibot';
import { useErrorText } from '@/shared/api/use-error-text';
import { problemText, rules, takeFieldProblems, useSchemaForm } from '@/shared/forms';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { CopyField } from '@/shared/ui/copy-field';
import { Dialog } from '@/shared/ui/dialog';
import { SelectField, TextField } from '@/shared/ui/field';
import { useCreateToken } from './api/create-token';
import styles from './profile.module.css';

const schema = v.object({
  name: rules.required,
  business_id: v.string(),
  role: v.picklist(['agent', 'manager']),
});

/** A form first, then the secret that it made, once. */
export function TokenDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useLocale();
  const [secret, setSecret] = useState<string | null>(null);
  const close = () => {
    onClose();
    setSecret(null);
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title={t(secret ? 'profile.tokenReady' : 'profile.newToken')}
      text={t(secret ? 'profile.tokenText' : 'profile.tokensText')}
    >
      {secret ? (
        <CopyField label={t('profile.tokens')} value={secret} />
      ) : (
        <TokenForm onDone={setSecret} onClose={close} />
      )}
    </Dialog>
  );
}

function TokenForm({ onDone, onClose }: { onDone: (secret: string) => void; onClose: () => void }) {
  const { t } = useLocale();
  const me = useMe();
  const errorText = useErrorText();
  const create = useCreateToken();
  const own = me.memberships.map((one) => ({ id: one.business_id, name: one.business_name }));
  const choices = me.business && !own.some((one) => one.id === me.business?.id) ? [me.business, ...own] : own;
  const form = useSchemaForm(schema, {
    name: '',
    business_id: String(me.business?.id ?? choices[0]?.id ?? ''),
    role: 'agent',
  });
  const submit = form.handleSubmit(async ({ name, business_id, role }) => {
    try {
      onDone((await create.mutateAsync({ name, business_id: Number(business_id), role })).token);
    } catch (error) {
      takeFieldProblems(error, form.setError, ['name', 'business_id', 'role']);
    }
  });
  const { errors } = form.formState;
  return (
    <form className={styles.stack} noValidate onSubmit={(event) => void submit(event)}>
      <TextField
        label={t('profile.tokenName')}
        hint={t('profile.tokenNameHint')}
        problem={problemText(t, errors.name)}
        {...form.register('name')}
      />
      <SelectField
        label={t('profile.tokenBusiness')}
        problem={problemText(t, errors.business_id)}
        {...form.register('business_id')}
      >
        {choices.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </SelectField>
      <SelectField label={t('people.role')} problem={problemText(t, errors.role)} {...form.register('role')}>
        <option value="agent">{t('role.agent')}</option>
        <option value="manager">{t('role.manager')}</option>
      </SelectField>
      {create.isError && (
        <Banner tone="bad" alert>
          {errorText(create.error)}
        </Banner>
      )}
      <div className={styles.buttons}>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="submit" look="primary" busy={create.isPending}>
          {t('profile.newToken')}
        </Button>
      </div>
    </form>
  );
}
