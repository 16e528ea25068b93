import { useState } from 'react';
import * as v from 'valibot';
import { useErrorText } from '@/shared/api/use-error-text';
import { problemText, rules, takeFieldProblems, useSchemaForm } from '@/shared/forms';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe, type Who } from '@/shared/session/me';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { CopyField } from '@/shared/ui/copy-field';
import { Dialog } from '@/shared/ui/dialog';
import { SelectField, TextField } from '@/shared/ui/field';
import forms from '@/shared/ui/form.module.css';
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
  const form = useSchemaForm(schema, { name: '', business_id: String(firstChoice(me)), role: 'agent' });
  const chosen = me.memberships.find((one) => String(one.business_id) === form.watch('business_id'));
  const submit = form.handleSubmit(async ({ name, business_id, role }) => {
    try {
      onDone((await create.mutateAsync({ name, business_id: Number(business_id), role })).secret);
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
        {me.memberships.map((one) => (
          <option key={one.business_id} value={one.business_id}>
            {one.business_name}
          </option>
        ))}
      </SelectField>
      <SelectField label={t('people.role')} problem={problemText(t, errors.role)} {...form.register('role')}>
        <option value="agent">{t('role.agent')}</option>
        {chosen?.role === 'manager' && <option value="manager">{t('role.manager')}</option>}
      </SelectField>
      {create.isError && (
        <Banner tone="bad" alert>
          {errorText(create.error)}
        </Banner>
      )}
      <div className={forms.buttons}>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="submit" look="primary" busy={create.isPending}>
          {t('profile.newToken')}
        </Button>
      </div>
    </form>
  );
}

/** A token acts in a business of one's own: the current one, if it is. */
function firstChoice(me: Who): number | '' {
  const current = me.memberships.find((one) => one.business_id === me.business?.id);
  return (current ?? me.memberships[0])?.business_id ?? '';
}
