import { useQuery } from '@tanstack/react-query';
import { AudioLines, RotateCcw, Upload } from 'lucide-react';
import { useRef } from 'react';
import * as v from 'valibot';
import { isApiError } from '@/shared/api/error';
import { useErrorText } from '@/shared/api/use-error-text';
import { Player } from '@/shared/audio/player';
import { problemText, useSchemaForm } from '@/shared/forms';
import { useLocale } from '@/shared/i18n/use-locale';
import { Badge } from '@/shared/ui/badge';
import { Button } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { TextArea } from '@/shared/ui/field';
import { useToast } from '@/shared/ui/use-toast';
import forms from '@/shared/ui/form.module.css';
import { useChangeGreeting, type GreetingChange } from './api/change-greeting';
import { businessQuery } from './api/get-business';
import styles from './settings.module.css';
import type { SectionProps } from './settings-page';

const MOST_BYTES = 5 * 1024 * 1024;
const schema = v.object({
  text: v.pipe(v.string(), v.trim(), v.minLength(1, 'form.required'), v.maxLength(500, 'form.long')),
});

export function GreetingSection({ business, readOnly }: SectionProps) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const change = useChangeGreeting();
  const form = useSchemaForm(schema, { text: business.greeting_text });
  const file = useRef<HTMLInputElement>(null);
  // Synthesis takes a moment: asked again until there is something to listen to.
  useQuery({ ...businessQuery, refetchInterval: business.greeting_ready ? false : 1500 });

  const run = async (what: GreetingChange, done: string) => {
    try {
      const after = await change.mutateAsync(what);
      form.reset({ text: after.greeting_text });
      toast.show({ text: done });
    } catch (error) {
      // Why a sound can't be used is said by whoever listened to it.
      toast.show({
        tone: 'bad',
        text: isApiError(error, 'invalid') && !error.body.fields ? error.message : errorText(error),
      });
    }
  };
  const upload = (chosen: File | undefined) => {
    if (!chosen) return;
    if (chosen.size > MOST_BYTES) toast.show({ tone: 'bad', text: t('settings.greetingTooLarge') });
    else {
      const type = /mp3|mpeg/.test(chosen.type) ? 'audio/mpeg' : 'audio/wav';
      void run({ upload: new Blob([chosen], { type }) }, t('settings.greetingSaved'));
    }
    if (file.current) file.current.value = '';
  };
  const speak = form.handleSubmit(({ text }) => run({ speak: text }, t('settings.greetingSaved')));
  const changed = business.greeting_uploaded || business.greeting_text !== '';

  return (
    <>
      <Card
        title={t('settings.greetingNow')}
        text={t('settings.greetingText')}
        actions={business.greeting_uploaded && <Badge tone="info">{t('settings.greetingUploaded')}</Badge>}
      >
        {business.greeting_ready ? (
          <Player
            address={`/api/business/greeting?version=${business.version}`}
            label={t('player.greeting')}
          />
        ) : (
          <p className={styles.quiet} role="status">
            {t('settings.greetingWaiting')}
          </p>
        )}
      </Card>
      {!readOnly && (
        <>
          <Card title={t('settings.greetingSpeak')}>
            <form className={styles.stack} noValidate onSubmit={(event) => void speak(event)}>
              <TextArea
                label={t('settings.greetingSpeakText')}
                rows={3}
                maxLength={500}
                problem={problemText(t, form.formState.errors.text)}
                {...form.register('text')}
              />
              <div className={forms.buttons}>
                <Button type="submit" look="primary" busy={change.isPending}>
                  <AudioLines size={16} aria-hidden />
                  {t('settings.greetingSpeakSubmit')}
                </Button>
              </div>
            </form>
          </Card>
          <Card title={t('settings.greetingUpload')} text={t('settings.greetingUploadText')}>
            <div className={styles.add}>
              <input
                ref={file}
                id="greeting-file"
                type="file"
                accept="audio/wav,audio/x-wav,audio/mpeg,.wav,.mp3"
                className={styles.file}
                tabIndex={-1}
                aria-label={t('settings.greetingChoose')}
                onChange={(event) => upload(event.target.files?.[0])}
              />
              <Button disabled={change.isPending} onClick={() => file.current?.click()}>
                <Upload size={16} aria-hidden />
                {t('settings.greetingChoose')}
              </Button>
              {changed && (
                <Button
                  look="quiet"
                  disabled={change.isPending}
                  onClick={() => void run('reset', t('settings.greetingWasReset'))}
                >
                  <RotateCcw size={16} aria-hidden />
                  {t('settings.greetingReset')}
                </Button>
              )}
            </div>
          </Card>
        </>
      )}
    </>
  );
}
