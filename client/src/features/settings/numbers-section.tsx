import { Phone as PhoneIcon, Trash2 } from 'lucide-react';
import * as v from 'valibot';
import { isApiError } from '@/shared/api/error';
import { useErrorText } from '@/shared/api/use-error-text';
import { problemText, rules, takeFieldProblems, useSchemaForm } from '@/shared/forms';
import { e164, phone } from '@/shared/format/phone';
import { useLocale } from '@/shared/i18n/use-locale';
import { Button, IconButton } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { Empty } from '@/shared/ui/empty';
import { TextField } from '@/shared/ui/field';
import { Phone } from '@/shared/ui/text';
import { useToast } from '@/shared/ui/use-toast';
import { useAddNumber } from './api/add-number';
import { useRemoveNumber } from './api/remove-number';
import styles from './settings.module.css';
import type { SectionProps } from './settings-page';

const schema = v.object({ number: rules.phone });

export function NumbersSection({ business, readOnly }: SectionProps) {
  const { t } = useLocale();
  return (
    <Card title={t('settings.numbers')} text={t('settings.numbersText')}>
      <div className={styles.stack}>
        {business.numbers.length > 0 ? (
          <ul className={styles.rows}>
            {business.numbers.map((number) => (
              <li key={number} className={styles.row}>
                <span className={styles.number}>
                  <Phone number={number} />
                </span>
                {!readOnly && <Remove number={number} />}
              </li>
            ))}
          </ul>
        ) : (
          <Empty icon={PhoneIcon} title={t('settings.numbers')} text={t('settings.noNumbers')} />
        )}
        {!readOnly && <Add />}
      </div>
    </Card>
  );
}

function Add() {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const add = useAddNumber();
  const form = useSchemaForm(schema, { number: '' });
  const submit = form.handleSubmit(async ({ number }) => {
    try {
      const added = await add.mutateAsync(e164(number) ?? number);
      toast.show({ text: t('settings.numberAdded', { number: phone(added.number) }) });
      form.reset();
    } catch (error) {
      if (isApiError(error, 'taken')) form.setError('number', { message: 'settings.numberTaken' });
      else if (!takeFieldProblems(error, form.setError, ['number']))
        form.setError('number', { message: errorText(error) });
    }
  });
  return (
    <form className={styles.add} noValidate onSubmit={(event) => void submit(event)}>
      <TextField
        label={t('settings.addNumber')}
        type="tel"
        ltr
        placeholder="03-555-1234"
        problem={problemText(t, form.formState.errors.number)}
        {...form.register('number')}
      />
      <Button type="submit" busy={add.isPending}>
        {t('action.add')}
      </Button>
    </form>
  );
}

function Remove({ number }: { number: string }) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const add = useAddNumber();
  const remove = useRemoveNumber();
  const shown = phone(number);
  const run = async () => {
    try {
      await remove.mutateAsync(number);
      toast.show({
        text: t('settings.numberRemoved', { number: shown }),
        undo: () =>
          void add
            .mutateAsync(number)
            .catch((error: unknown) => toast.show({ tone: 'bad', text: errorText(error) })),
      });
    } catch (error) {
      toast.show({ tone: 'bad', text: errorText(error) });
    }
  };
  return (
    <IconButton
      label={t('settings.removeNumber', { number: shown })}
      disabled={remove.isPending}
      onClick={() => void run()}
    >
      <Trash2 size={18} aria-hidden />
    </IconButton>
  );
}
