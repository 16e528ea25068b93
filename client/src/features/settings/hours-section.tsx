import { Copy, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { isApiError } from '@/shared/api/error';
import type { Business, Holiday, Hours, Span } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { Banner } from '@/shared/ui/banner';
import { Button, IconButton } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { Switch } from '@/shared/ui/switch';
import { useLeaveGuard } from '@/shared/ui/use-leave-guard';
import { useToast } from '@/shared/ui/use-toast';
import forms from '@/shared/ui/form.module.css';
import { useUpdateBusiness } from './api/update-business';
import { HolidaysList } from './holidays-list';
import hours from './hours.module.css';
import { emptyHours, spanProblem } from './hours-rules';
import styles from './settings.module.css';
import type { SectionProps } from './settings-page';
import { SpanFields } from './span-fields';

export function HoursSection({ business, readOnly }: SectionProps) {
  const { t, format } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const update = useUpdateBusiness();
  const [seen, setSeen] = useState(business.version);
  const [edited, setEdited] = useState<Hours | null>(business.hours ?? null);
  const dirty = JSON.stringify(edited) !== JSON.stringify(business.hours ?? null);
  // Somebody else's change arrives while we have none of our own.
  if (seen !== business.version && !dirty) setSeen(business.version);
  useLeaveGuard(dirty);

  const setDay = (day: number, spans: Span[]) =>
    setEdited((now) => now && { ...now, week: now.week.map((one, index) => (index === day ? spans : one)) });
  const setHolidays = (holidays: Holiday[]) => setEdited((now) => now && { ...now, holidays });
  const broken =
    edited !== null &&
    [...edited.week, ...(edited.holidays ?? []).map((day) => day.open ?? [])].some((spans) =>
      spanProblem(spans),
    );

  const submit = async () => {
    try {
      const saved = await update.mutateAsync(
        edited
          ? { version: business.version, hours: edited, hours_of_script: false }
          : { version: business.version, hours_of_script: true },
      );
      setEdited(saved.hours ?? null);
      toast.show({ text: t('action.saved') });
    } catch (error) {
      if (isApiError(error, 'conflict')) setEdited((error.body.current as Business).hours ?? null);
    }
  };

  return (
    <>
      <Card title={t('settings.hours')} text={t('settings.hoursText')}>
        <fieldset disabled={readOnly} className={styles.stack}>
          <Switch
            label={t('settings.hoursOfScript')}
            hint={t('settings.hoursOfScriptHint')}
            checked={edited === null}
            disabled={readOnly}
            onChange={(ofScript) => setEdited(ofScript ? null : (business.hours ?? emptyHours()))}
          />
          {edited && (
            <>
              <ul className={hours.week}>
                {edited.week.map((spans, day) => (
                  <Day
                    key={day}
                    name={format.weekday(day)}
                    spans={spans}
                    readOnly={readOnly}
                    onChange={(next) => setDay(day, next)}
                  />
                ))}
              </ul>
              {!readOnly && (
                <div>
                  <Button
                    small
                    look="quiet"
                    onClick={() =>
                      setEdited(
                        (now) =>
                          now && {
                            ...now,
                            week: now.week.map((spans, day) => (day <= 4 ? (now.week[0] ?? []) : spans)),
                          },
                      )
                    }
                  >
                    <Copy size={15} aria-hidden />
                    {t('settings.hoursCopy')}
                  </Button>
                </div>
              )}
            </>
          )}
        </fieldset>
      </Card>
      {edited && <HolidaysList holidays={edited.holidays ?? []} readOnly={readOnly} onChange={setHolidays} />}
      {update.isError && (
        <Banner tone={isApiError(update.error, 'conflict') ? 'warn' : 'bad'} alert>
          {errorText(update.error)}
        </Banner>
      )}
      {!readOnly && (
        <div className={forms.buttons}>
          {dirty && <span className={styles.quiet}>{t('form.unsaved')}</span>}
          <Button disabled={!dirty} onClick={() => setEdited(business.hours ?? null)}>
            {t('action.cancel')}
          </Button>
          <Button
            look="primary"
            busy={update.isPending}
            disabled={!dirty || broken}
            onClick={() => void submit()}
          >
            {t('action.save')}
          </Button>
        </div>
      )}
    </>
  );
}

interface DayProps {
  name: string;
  spans: Span[];
  readOnly: boolean;
  onChange: (spans: Span[]) => void;
}

function Day({ name, spans, readOnly, onChange }: DayProps) {
  const { t } = useLocale();
  const problem = spanProblem(spans);
  return (
    <li className={hours.day}>
      <span className={hours.name}>{name}</span>
      <div className={hours.spans}>
        {spans.length === 0 && <span className={hours.closed}>{t('settings.hoursClosed')}</span>}
        {spans.map((span, index) => (
          <div key={index} className={hours.span}>
            <SpanFields
              span={span}
              day={name}
              onChange={(next) => onChange(spans.map((one, place) => (place === index ? next : one)))}
            />
            {!readOnly && (
              <IconButton
                small
                label={t('settings.hoursRemove', { day: name })}
                onClick={() => onChange(spans.filter((_, place) => place !== index))}
              >
                <Trash2 size={15} aria-hidden />
              </IconButton>
            )}
          </div>
        ))}
        {problem && (
          <p className={hours.problem} role="alert">
            {t(problem)}
          </p>
        )}
      </div>
      {!readOnly && (
        <IconButton
          small
          label={t('settings.hoursAdd', { day: name })}
          onClick={() =>
            onChange([...spans, spans.length === 0 ? { from: '09:00', to: '18:00' } : { from: '', to: '' }])
          }
        >
          <Plus size={16} aria-hidden />
        </IconButton>
      )}
    </li>
  );
}
