import { CalendarHeart, Plus, Trash2 } from 'lucide-react';
import type { Holiday } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { Button, IconButton } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { DayInput } from '@/shared/ui/day-input';
import { Empty } from '@/shared/ui/empty';
import { Switch } from '@/shared/ui/switch';
import hours from './hours.module.css';
import { SpanFields } from './span-fields';

interface Props {
  holidays: Holiday[];
  readOnly: boolean;
  onChange: (holidays: Holiday[]) => void;
}

/** Days that differ from their weekday; a day without hours is closed. */
export function HolidaysList({ holidays, readOnly, onChange }: Props) {
  const { t } = useLocale();
  const set = (index: number, next: Partial<Holiday>) =>
    onChange(holidays.map((one, place) => (place === index ? { ...one, ...next } : one)));
  const add = () =>
    onChange([...holidays, { date: new Date().toISOString().slice(0, 10), name: '', open: [] }]);
  return (
    <Card
      title={t('settings.holidays')}
      actions={
        !readOnly && (
          <Button small onClick={add}>
            <Plus size={16} aria-hidden />
            {t('settings.holidayAdd')}
          </Button>
        )
      }
    >
      {holidays.length === 0 ? (
        <Empty icon={CalendarHeart} title={t('settings.holidays')} text={t('settings.noHolidays')} />
      ) : (
        <fieldset disabled={readOnly}>
          <ul className={hours.holidays}>
            {holidays.map((holiday, index) => {
              const name = holiday.name || t('settings.holidayName');
              const span = holiday.open?.[0];
              return (
                <li key={index} className={hours.holiday}>
                  <span className={hours.box}>
                    <DayInput
                      label={`${t('settings.holidayDate')}: ${name}`}
                      value={holiday.date}
                      onChange={(date) => date && set(index, { date })}
                    />
                  </span>
                  <input
                    className={hours.holidayName}
                    dir="auto"
                    aria-label={t('settings.holidayName')}
                    placeholder={t('settings.holidayName')}
                    maxLength={60}
                    value={holiday.name ?? ''}
                    onChange={(event) => set(index, { name: event.target.value })}
                  />
                  <Switch
                    label={t('settings.holidayClosed')}
                    checked={!span}
                    disabled={readOnly}
                    onChange={(closed) =>
                      set(index, { open: closed ? [] : [{ from: '09:00', to: '13:00' }] })
                    }
                  />
                  {span && (
                    <SpanFields span={span} day={name} onChange={(next) => set(index, { open: [next] })} />
                  )}
                  {!readOnly && (
                    <IconButton
                      small
                      className={hours.remove}
                      label={t('settings.holidayRemove', { name })}
                      onClick={() => onChange(holidays.filter((_, place) => place !== index))}
                    >
                      <Trash2 size={15} aria-hidden />
                    </IconButton>
                  )}
                </li>
              );
            })}
          </ul>
        </fieldset>
      )}
    </Card>
  );
}
