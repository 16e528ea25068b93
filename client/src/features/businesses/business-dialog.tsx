import { Controller } from 'react-hook-form';
import * as v from 'valibot';
import { isApiError } from '@/shared/api/error';
import type { Business, Feature } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { problemText, rules, takeFieldProblems, useSchemaForm } from '@/shared/forms';
import { useLocale } from '@/shared/i18n/use-locale';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { TextField } from '@/shared/ui/field';
import { Switch } from '@/shared/ui/switch';
import { TimeZoneField } from '@/shared/ui/time-zone-field';
import { useToast } from '@/shared/ui/use-toast';
import forms from '@/shared/ui/form.module.css';
import { useState } from 'react';
import { useUpdateBusiness } from './api/update-business';
import styles from './businesses.module.css';

const features: readonly Feature[] = ['calls', 'crm', 'whatsapp', 'signatures', 'invoices'];
const limit = (most: number) =>
  v.pipe(
    v.union([v.string(), v.number()]),
    v.transform(Number),
    v.integer('form.limit'),
    v.minValue(1, 'form.limit'),
    v.maxValue(most, 'form.limit'),
  );
const schema = v.object({
  name: rules.required,
  time_zone: v.string(),
  features: v.array(v.picklist(features)),
  concurrent_calls: limit(10_000),
  calls_per_day: limit(1_000_000),
});

/** What only an administrator may change: name, zone, features, limits. */
export function BusinessDialog({ business, onClose }: { business: Business; onClose: () => void }) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const update = useUpdateBusiness();
  const [version, setVersion] = useState(business.version);
  const form = useSchemaForm(schema, values(business));
  const { errors } = form.formState;

  const submit = form.handleSubmit(async ({ name, time_zone, features: on, ...limits }) => {
    try {
      await update.mutateAsync({ id: business.id, version, name, time_zone, features: on, limits });
      toast.show({ text: t('action.saved') });
      onClose();
    } catch (error) {
      if (isApiError(error, 'taken')) form.setError('name', { message: 'businesses.taken' });
      else if (isApiError(error, 'conflict')) {
        const current = error.body.current as Business;
        setVersion(current.version);
        form.reset(values(current));
      } else takeFieldProblems(error, form.setError, ['name', 'time_zone']);
    }
  });
  const shown = update.isError && !isApiError(update.error, 'taken');

  return (
    <Dialog open onClose={onClose} title={t('businesses.edit')}>
      <form className={forms.form} noValidate onSubmit={(event) => void submit(event)}>
        <TextField
          label={t('businesses.name')}
          problem={problemText(t, errors.name)}
          {...form.register('name')}
        />
        <TimeZoneField problem={problemText(t, errors.time_zone)} {...form.register('time_zone')} />
        <fieldset>
          <legend className={forms.legend}>{t('businesses.features')}</legend>
          <Controller
            control={form.control}
            name="features"
            render={({ field }) => (
              <div className={styles.switches}>
                {features.map((feature) => (
                  <Switch
                    key={feature}
                    label={t(`feature.${feature}`)}
                    checked={field.value.includes(feature)}
                    onChange={(on) =>
                      field.onChange(
                        features.filter((one) => (one === feature ? on : field.value.includes(one))),
                      )
                    }
                  />
                ))}
              </div>
            )}
          />
        </fieldset>
        <div className={forms.two}>
          <TextField
            label={t('businesses.concurrent')}
            type="number"
            inputMode="numeric"
            min={1}
            ltr
            problem={problemText(t, errors.concurrent_calls)}
            {...form.register('concurrent_calls')}
          />
          <TextField
            label={t('businesses.perDay')}
            type="number"
            inputMode="numeric"
            min={1}
            ltr
            problem={problemText(t, errors.calls_per_day)}
            {...form.register('calls_per_day')}
          />
        </div>
        {shown && (
          <Banner tone={isApiError(update.error, 'conflict') ? 'warn' : 'bad'} alert>
            {errorText(update.error)}
          </Banner>
        )}
        <div className={forms.buttons}>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button type="submit" look="primary" busy={update.isPending}>
            {t('action.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function values({ name, time_zone, features: on, limits }: Business) {
  return { name, time_zone, features: on, ...limits };
}
