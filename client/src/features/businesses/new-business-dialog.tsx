import * as v from 'valibot';
import { isApiError } from '@/shared/api/error';
import { useErrorText } from '@/shared/api/use-error-text';
import { problemText, rules, takeFieldProblems, useSchemaForm } from '@/shared/forms';
import { e164 } from '@/shared/format/phone';
import { useLocale } from '@/shared/i18n/use-locale';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { TextField } from '@/shared/ui/field';
import { TimeZoneField } from '@/shared/ui/time-zone-field';
import { useToast } from '@/shared/ui/use-toast';
import forms from '@/shared/ui/form.module.css';
import { useCreateBusiness } from './api/create-business';

const schema = v.object({ name: rules.required, number: rules.phoneOrNothing, time_zone: v.string() });

export function NewBusinessDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useLocale();
  return (
    <Dialog open={open} onClose={onClose} title={t('businesses.add')} text={t('businesses.emptyText')}>
      <NewBusinessForm onClose={onClose} />
    </Dialog>
  );
}

function NewBusinessForm({ onClose }: { onClose: () => void }) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const create = useCreateBusiness();
  const form = useSchemaForm(schema, { name: '', number: '', time_zone: 'Asia/Jerusalem' });
  const { errors } = form.formState;

  const submit = form.handleSubmit(async ({ name, number, time_zone }) => {
    try {
      await create.mutateAsync({ name, number: number ? e164(number) : null, time_zone });
      toast.show({ text: t('businesses.createdToast', { name }) });
      onClose();
    } catch (error) {
      if (isApiError(error, 'taken'))
        form.setError(/number/.test(error.message) ? 'number' : 'name', {
          message: /number/.test(error.message) ? 'settings.numberTaken' : 'businesses.taken',
        });
      else takeFieldProblems(error, form.setError, ['name', 'number', 'time_zone']);
    }
  });
  const shown = create.isError && !isApiError(create.error, 'taken') && !isApiError(create.error, 'invalid');

  return (
    <form className={forms.form} noValidate onSubmit={(event) => void submit(event)}>
      <TextField
        label={t('businesses.name')}
        problem={problemText(t, errors.name)}
        {...form.register('name')}
      />
      <TextField
        label={t('businesses.number')}
        hint={t('businesses.numberHint')}
        optional
        ltr
        type="tel"
        problem={problemText(t, errors.number)}
        {...form.register('number')}
      />
      <TimeZoneField problem={problemText(t, errors.time_zone)} {...form.register('time_zone')} />
      {shown && (
        <Banner tone="bad" alert>
          {errorText(create.error)}
        </Banner>
      )}
      <div className={forms.buttons}>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="submit" look="primary" busy={create.isPending}>
          {t('businesses.add')}
        </Button>
      </div>
    </form>
  );
}
