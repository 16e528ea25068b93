import * as v from 'valibot';
import type { Me } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { problemText, rules, takeFieldProblems, useSchemaForm } from '@/shared/forms';
import { e164, phone } from '@/shared/format/phone';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { Button } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { TextField } from '@/shared/ui/field';
import { useToast } from '@/shared/ui/use-toast';
import forms from '@/shared/ui/form.module.css';
import { useUpdateMe } from './api/update-me';
import styles from './profile.module.css';

const schema = v.object({ name: rules.required, phone: rules.phoneOrNothing });
const values = ({ name, phone: number }: Me['user']) => ({ name, phone: number ? phone(number) : '' });

export function DetailsCard() {
  const { t } = useLocale();
  const me = useMe();
  const toast = useToast();
  const errorText = useErrorText();
  const update = useUpdateMe();
  const form = useSchemaForm(schema, values(me.user));
  const { errors, isDirty } = form.formState;
  const submit = form.handleSubmit(async (typed) => {
    try {
      const saved = await update.mutateAsync({
        name: typed.name,
        phone: typed.phone ? (e164(typed.phone) ?? typed.phone) : '',
      });
      form.reset(values(saved.user));
      toast.show({ text: t('action.saved') });
    } catch (error) {
      if (!takeFieldProblems(error, form.setError, ['name', 'phone']))
        toast.show({ tone: 'bad', text: errorText(error) });
    }
  });
  return (
    <Card title={t('profile.details')}>
      <form className={styles.stack} noValidate onSubmit={(event) => void submit(event)}>
        <div className={forms.two}>
          <TextField
            label={t('profile.name')}
            autoComplete="name"
            problem={problemText(t, errors.name)}
            {...form.register('name')}
          />
          <TextField
            label={t('profile.phone')}
            hint={t('profile.phoneHint')}
            type="tel"
            autoComplete="tel"
            ltr
            optional
            problem={problemText(t, errors.phone)}
            {...form.register('phone')}
          />
          <TextField label={t('profile.email')} ltr readOnly value={me.user.email} autoComplete="email" />
        </div>
        <div className={forms.buttons}>
          <Button type="submit" look="primary" busy={update.isPending} disabled={!isDirty}>
            {t('action.save')}
          </Button>
        </div>
      </form>
    </Card>
  );
}
