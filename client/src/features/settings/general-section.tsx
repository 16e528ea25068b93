import { useQuery } from '@tanstack/react-query';
import * as v from 'valibot';
import { isApiError } from '@/shared/api/error';
import type { Business } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { problemText, rules, takeFieldProblems, useSchemaForm } from '@/shared/forms';
import { e164, phone } from '@/shared/format/phone';
import { useLocale } from '@/shared/i18n/use-locale';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { SelectField, TextField } from '@/shared/ui/field';
import { TimeZoneField } from '@/shared/ui/time-zone-field';
import { useToast } from '@/shared/ui/use-toast';
import forms from '@/shared/ui/form.module.css';
import { voicesQuery } from './api/list-voices';
import { useUpdateBusiness } from './api/update-business';
import styles from './settings.module.css';
import type { SectionProps } from './settings-page';

const schema = v.pipe(
  v.object({
    name: rules.required,
    time_zone: v.string(),
    voice: v.string(),
    on_failure: v.picklist(['message', 'transfer', 'hang_up']),
    transfer_to: rules.phoneOrNothing,
    turn_limit: v.pipe(
      v.union([v.string(), v.number()]),
      v.transform(Number),
      v.integer('settings.turnRange'),
      v.minValue(1, 'settings.turnRange'),
      v.maxValue(50, 'settings.turnRange'),
    ),
  }),
  v.forward(
    v.check(
      ({ on_failure, transfer_to }) => on_failure !== 'transfer' || transfer_to !== '',
      'form.required',
    ),
    ['transfer_to'],
  ),
);
const fields = ['name', 'time_zone', 'voice', 'on_failure', 'transfer_to', 'turn_limit'] as const;

export function GeneralSection({ business, readOnly }: SectionProps) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const update = useUpdateBusiness();
  const voices = useQuery(voicesQuery);
  const form = useSchemaForm(schema, values(business));
  const { errors, isDirty } = form.formState;
  const onFailure = form.watch('on_failure');

  const submit = form.handleSubmit(async (typed) => {
    try {
      const saved = await update.mutateAsync({
        ...typed,
        transfer_to: typed.transfer_to ? e164(typed.transfer_to) : '',
        version: business.version,
        hours_of_script: false,
      });
      form.reset(values(saved));
      toast.show({ text: t('action.saved') });
    } catch (error) {
      if (isApiError(error, 'conflict')) form.reset(values(error.body.current as Business));
      else if (isApiError(error, 'taken')) form.setError('name', { message: 'businesses.taken' });
      else takeFieldProblems(error, form.setError, fields);
    }
  });
  const known = voices.data?.results ?? [];

  return (
    <Card>
      <form className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
        <fieldset disabled={readOnly} className={styles.form}>
          <div className={forms.two}>
            <TextField
              label={t('settings.name')}
              problem={problemText(t, errors.name)}
              {...form.register('name')}
            />
            <TimeZoneField problem={problemText(t, errors.time_zone)} {...form.register('time_zone')} />
            <SelectField
              label={t('settings.voice')}
              problem={problemText(t, errors.voice)}
              {...form.register('voice')}
            >
              <option value="">{t('settings.voiceDefault')}</option>
              {business.voice && !known.some((voice) => voice.id === business.voice) && (
                <option value={business.voice}>{business.voice}</option>
              )}
              {known.map((voice) => (
                <option key={voice.id} value={voice.id}>
                  {voice.id} ({voice.by})
                </option>
              ))}
            </SelectField>
            <TextField
              label={t('settings.turnLimit')}
              type="number"
              inputMode="numeric"
              min={1}
              max={50}
              ltr
              problem={problemText(t, errors.turn_limit)}
              {...form.register('turn_limit')}
            />
            <SelectField label={t('settings.onFailure')} {...form.register('on_failure')}>
              {(['message', 'transfer', 'hang_up'] as const).map((one) => (
                <option key={one} value={one}>
                  {t(`settings.onFailure.${one}`)}
                </option>
              ))}
            </SelectField>
            <TextField
              label={t('settings.transferTo')}
              type="tel"
              ltr
              optional={onFailure !== 'transfer'}
              problem={problemText(t, errors.transfer_to)}
              {...form.register('transfer_to')}
            />
          </div>
          {update.isError && !isApiError(update.error, 'invalid') && (
            <Banner tone={isApiError(update.error, 'conflict') ? 'warn' : 'bad'} alert>
              {errorText(update.error)}
            </Banner>
          )}
          {!readOnly && (
            <div className={forms.buttons}>
              <Button type="submit" look="primary" busy={update.isPending} disabled={!isDirty}>
                {t('action.save')}
              </Button>
            </div>
          )}
        </fieldset>
      </form>
    </Card>
  );
}

function values(business: Business) {
  const { name, time_zone, voice, on_failure, transfer_to, turn_limit } = business;
  return {
    name,
    time_zone,
    voice,
    on_failure,
    transfer_to: transfer_to ? phone(transfer_to) : '',
    turn_limit,
  };
}
