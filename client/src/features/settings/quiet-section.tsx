import { X } from 'lucide-react';
import { useState } from 'react';
import { isApiError } from '@/shared/api/error';
import type { Business, QuietHours, QuietPlace } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { Banner } from '@/shared/ui/banner';
import { Button, IconButton } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { DayField } from '@/shared/ui/day-field';
import { SelectField } from '@/shared/ui/field';
import { Switch } from '@/shared/ui/switch';
import { useLeaveGuard } from '@/shared/ui/use-leave-guard';
import { useToast } from '@/shared/ui/use-toast';
import forms from '@/shared/ui/form.module.css';
import { useUpdateBusiness } from './api/update-business';
import styles from './settings.module.css';
import type { SectionProps } from './settings-page';
import { SpanFields } from './span-fields';

const places: readonly QuietPlace[] = ['jerusalem', 'tel_aviv', 'haifa', 'beer_sheva', 'eilat'];
/** The engine tells seconds as well; nobody sets them. */
const short = (time: string) => time.slice(0, 5);
const rules = ({ quiet }: Business): QuietHours => ({
  ...quiet,
  nights: quiet.nights && { from: short(quiet.nights.from), to: short(quiet.nights.to) },
});

/** When the business reaches out to nobody. */
export function QuietSection({ business, readOnly }: SectionProps) {
  const { t, format } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const update = useUpdateBusiness();
  const [edited, setEdited] = useState<QuietHours | null>(null);
  const now = edited ?? rules(business);
  const dirty = JSON.stringify(now) !== JSON.stringify(rules(business));
  useLeaveGuard(dirty);
  const set = (next: Partial<QuietHours>) => setEdited({ ...now, ...next });
  const { nights } = now;
  const broken = nights != null && (!nights.from || !nights.to || nights.from === nights.to);

  const submit = async () => {
    try {
      await update.mutateAsync({ version: business.version, hours_of_script: false, quiet: now });
      setEdited(null);
      toast.show({ text: t('action.saved') });
    } catch (error) {
      if (isApiError(error, 'conflict')) setEdited(null);
    }
  };

  return (
    <>
      <Card title={t('quiet.title')} text={t('quiet.text')}>
        <fieldset disabled={readOnly} className={styles.stack}>
          <Switch
            label={t('quiet.nights')}
            hint={t('quiet.nightsHint')}
            checked={nights != null}
            disabled={readOnly}
            onChange={(on) => set({ nights: on ? { from: '20:00', to: '08:00' } : null })}
          />
          {nights && (
            <SpanFields span={nights} day={t('quiet.nights')} onChange={(span) => set({ nights: span })} />
          )}
          <Switch
            label={t('quiet.shabbat')}
            hint={t('quiet.shabbatHint')}
            checked={now.shabbat}
            disabled={readOnly}
            onChange={(shabbat) => set({ shabbat })}
          />
          <Switch
            label={t('quiet.holidays')}
            checked={now.holidays}
            disabled={readOnly}
            onChange={(holidays) => set({ holidays })}
          />
          <SelectField
            label={t('quiet.place')}
            hint={t('quiet.placeHint')}
            value={now.place}
            onChange={(event) => {
              const place = places.find((one) => one === event.target.value);
              if (place) set({ place });
            }}
          >
            {places.map((one) => (
              <option key={one} value={one}>
                {t(`quiet.place.${one}`)}
              </option>
            ))}
          </SelectField>
          {now.days.length > 0 && (
            <ul className={styles.rows} aria-label={t('quiet.days')}>
              {now.days.map((day) => (
                <li key={day} className={styles.row}>
                  <span>{format.day(day)}</span>
                  {!readOnly && (
                    <IconButton
                      small
                      label={t('quiet.dayRemove', { day: format.day(day) })}
                      onClick={() => set({ days: now.days.filter((one) => one !== day) })}
                    >
                      <X size={15} aria-hidden />
                    </IconButton>
                  )}
                </li>
              ))}
            </ul>
          )}
          {!readOnly && (
            <DayField
              label={t('quiet.dayAdd')}
              optional
              value={null}
              onChange={(day) => day && !now.days.includes(day) && set({ days: [...now.days, day].sort() })}
            />
          )}
        </fieldset>
      </Card>
      {update.isError && (
        <Banner tone={isApiError(update.error, 'conflict') ? 'warn' : 'bad'} alert>
          {errorText(update.error)}
        </Banner>
      )}
      {!readOnly && (
        <div className={forms.buttons}>
          {dirty && <span className={styles.quiet}>{t('form.unsaved')}</span>}
          <Button disabled={!dirty} onClick={() => setEdited(null)}>
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
