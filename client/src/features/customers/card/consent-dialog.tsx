import { useState } from 'react';
import type { Means } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { DayField } from '@/shared/ui/day-field';
import { SelectField, TextField } from '@/shared/ui/field';
import forms from '@/shared/ui/form.module.css';
import { momentOf } from '@/shared/time/zone';
import { useWishes } from '../api/standing';

const all: readonly Means[] = ['call', 'automatic_call', 'whatsapp', 'sms', 'email'];

/** A consent to marketing: by what, how it is proven, and until when. */
export function ConsentDialog({ id, onClose }: { id: number; onClose: () => void }) {
  const { t, timeZone } = useLocale();
  const errorText = useErrorText();
  const wishes = useWishes(id);
  const [means, setMeans] = useState<Means>('whatsapp');
  const [wording, setWording] = useState('');
  const [evidence, setEvidence] = useState('');
  const [until, setUntil] = useState<string | null>(null);
  const ready = wording.trim() !== '' && evidence.trim() !== '';
  const save = () =>
    wishes.mutate(
      {
        do: 'consent',
        consent: {
          purpose: 'marketing',
          means,
          text_version: wording.trim(),
          evidence: evidence.trim(),
          expires_at: until ? new Date(momentOf(until, '23:59', timeZone)).toISOString() : null,
        },
      },
      { onSuccess: onClose },
    );
  return (
    <Dialog open onClose={onClose} title={t('consent.add')} text={t('consent.addText')}>
      <form
        className={forms.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) save();
        }}
      >
        <SelectField
          label={t('consent.means')}
          value={means}
          onChange={(event) => {
            const next = all.find((one) => one === event.target.value);
            if (next) setMeans(next);
          }}
        >
          {all.map((one) => (
            <option key={one} value={one}>
              {t(`consent.means.${one}`)}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t('consent.wording')}
          hint={t('consent.wordingHint')}
          maxLength={60}
          value={wording}
          onChange={(event) => setWording(event.target.value)}
        />
        <TextField
          label={t('consent.evidence')}
          hint={t('consent.evidenceHint')}
          maxLength={500}
          value={evidence}
          onChange={(event) => setEvidence(event.target.value)}
        />
        <DayField label={t('consent.until')} optional value={until} onChange={setUntil} />
        {wishes.isError && (
          <Banner tone="bad" alert>
            {errorText(wishes.error)}
          </Banner>
        )}
        <div className={forms.buttons}>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button type="submit" look="primary" busy={wishes.isPending} disabled={!ready}>
            {t('action.add')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
