import { useState } from 'react';
import * as v from 'valibot';
import { isApiError } from '@/shared/api/error';
import { useErrorText } from '@/shared/api/use-error-text';
import { problemText, rules, takeFieldProblems, useSchemaForm } from '@/shared/forms';
import { useLocale } from '@/shared/i18n/use-locale';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { CopyField } from '@/shared/ui/copy-field';
import { Dialog } from '@/shared/ui/dialog';
import { SelectField, TextField } from '@/shared/ui/field';
import forms from '@/shared/ui/form.module.css';
import { useInvite } from './api/invite';

const schema = v.object({ email: rules.email, name: rules.required, role: v.picklist(['agent', 'manager']) });

/** A form first, then the link that it made, once. */
export function InviteDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useLocale();
  const [link, setLink] = useState<string | null>(null);
  const close = () => {
    onClose();
    setLink(null);
  };
  return (
    <Dialog
      open={open}
      onClose={close}
      title={t(link ? 'people.linkReady' : 'people.inviteTitle')}
      text={t(link ? 'people.linkText' : 'people.inviteText')}
    >
      {link ? (
        <CopyField label={t('people.link')} value={link} />
      ) : (
        <InviteForm onDone={setLink} onClose={close} />
      )}
    </Dialog>
  );
}

function InviteForm({ onDone, onClose }: { onDone: (link: string) => void; onClose: () => void }) {
  const { t } = useLocale();
  const errorText = useErrorText();
  const invite = useInvite();
  const form = useSchemaForm(schema, { email: '', name: '', role: 'agent' });
  const { errors } = form.formState;
  const submit = form.handleSubmit(async (values) => {
    try {
      onDone((await invite.mutateAsync(values)).link);
    } catch (error) {
      if (isApiError(error, 'taken')) form.setError('email', { message: 'people.unlisted' });
      else takeFieldProblems(error, form.setError, ['email', 'name', 'role']);
    }
  });
  const shown = invite.isError && !isApiError(invite.error, 'taken');
  return (
    <form className={forms.form} noValidate onSubmit={(event) => void submit(event)}>
      <TextField label={t('people.name')} problem={problemText(t, errors.name)} {...form.register('name')} />
      <TextField
        label={t('people.email')}
        type="email"
        ltr
        problem={problemText(t, errors.email)}
        {...form.register('email')}
      />
      <SelectField label={t('people.role')} {...form.register('role')}>
        <option value="agent">{t('role.agent')}</option>
        <option value="manager">{t('role.manager')}</option>
      </SelectField>
      {shown && (
        <Banner tone="bad" alert>
          {errorText(invite.error)}
        </Banner>
      )}
      <div className={forms.buttons}>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="submit" look="primary" busy={invite.isPending}>
          {t('people.inviteSubmit')}
        </Button>
      </div>
    </form>
  );
}
