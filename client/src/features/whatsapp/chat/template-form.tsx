import { useQuery } from '@tanstack/react-query';
import { FileCheck2, SendHorizontal } from 'lucide-react';
import { useState } from 'react';
import type { WhatsAppTemplate } from '@/shared/api/whatsapp';
import { useLocale } from '@/shared/i18n/use-locale';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Failure } from '@/shared/ui/failure';
import { SelectField, TextField } from '@/shared/ui/field';
import forms from '@/shared/ui/form.module.css';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { templatesQuery } from '../api/templates';
import styles from './chat.module.css';
import type { Chat } from './use-chat';
import { filled } from './window';

/** In place of the composer once the window has closed: what was approved, with its blanks, as the customer will read it. */
export function TemplateForm({ channel, chat }: { channel: number; chat: Chat }) {
  const { t } = useLocale();
  const query = useQuery(templatesQuery(channel));
  const approved = query.data?.filter((one) => one.status === 'approved');
  const [chosen, setChosen] = useState<number | null>(null);
  const template = approved?.find((one) => one.id === chosen) ?? approved?.[0];
  return (
    <div className={styles.composer}>
      {query.isError && !query.data ? (
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      ) : !approved ? (
        <SkeletonLines lines={3} />
      ) : !template ? (
        <Banner tone="info">{t('whatsapp.noTemplates')}</Banner>
      ) : (
        <>
          <SelectField
            label={t('whatsapp.template')}
            value={template.id}
            onChange={(event) => setChosen(Number(event.target.value))}
          >
            {approved.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name} ({one.language})
              </option>
            ))}
          </SelectField>
          <Blanks key={template.id} template={template} chat={chat} />
        </>
      )}
    </div>
  );
}

function Blanks({ template, chat }: { template: WhatsAppTemplate; chat: Chat }) {
  const { t } = useLocale();
  const { parameters } = template;
  const [values, setValues] = useState<readonly string[]>(() => parameters.map(() => ''));
  const whole = values.every((one) => one.trim() !== '');
  const text = filled(template.body, parameters, values);
  return (
    <form
      className={forms.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!whole) return;
        chat.write({
          kind: 'template',
          text,
          template: {
            name: template.name,
            language: template.language,
            parameters: parameters.map(({ name }, index) => ({ name, value: (values[index] ?? '').trim() })),
          },
        });
        setValues(parameters.map(() => ''));
      }}
    >
      {parameters.length > 0 && (
        <div className={forms.two}>
          {parameters.map((one, index) => (
            <TextField
              key={one.name}
              label={t('whatsapp.blank', { name: one.name })}
              hint={one.example ? t('whatsapp.example', { example: one.example }) : undefined}
              maxLength={1024}
              value={values[index] ?? ''}
              onChange={(event) =>
                setValues((now) => now.map((was, place) => (place === index ? event.target.value : was)))
              }
            />
          ))}
        </div>
      )}
      <div className={styles.preview} role="status" aria-label={t('documents.preview')}>
        <FileCheck2 size={16} aria-hidden />
        <p dir="auto" className={styles.words}>
          {text}
        </p>
      </div>
      <div className={forms.buttons}>
        <Button type="submit" look="primary" disabled={!whole}>
          <SendHorizontal size={18} aria-hidden className="mirror" />
          {t('whatsapp.sendTemplate')}
        </Button>
      </div>
    </form>
  );
}
