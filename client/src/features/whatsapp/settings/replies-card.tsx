import { useQuery } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { isApiError } from '@/shared/api/error';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { Button, IconButton } from '@/shared/ui/button';
import { Card } from '@/shared/ui/card';
import { Failure } from '@/shared/ui/failure';
import { TextArea, TextField } from '@/shared/ui/field';
import forms from '@/shared/ui/form.module.css';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { Said } from '@/shared/ui/text';
import { useToast } from '@/shared/ui/use-toast';
import { repliesQuery, useReplies } from '../api/templates';
import styles from './channels.module.css';

/** Answers that are kept, found by a `/` with their word. */
export function RepliesCard() {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const query = useQuery(repliesQuery);
  const work = useReplies();
  const [shortcut, setShortcut] = useState('');
  const [text, setText] = useState('');
  const failed = (error: unknown) => toast.show({ tone: 'bad', text: errorText(error) });
  const ready = /^\S+$/.test(shortcut.trim()) && text.trim() !== '';
  return (
    <Card title={t('whatsapp.replies')} text={t('whatsapp.repliesText')}>
      <div className={forms.form}>
        {query.data ? (
          query.data.length > 0 && (
            <ul className={styles.rows}>
              {query.data.map((one) => (
                <li key={one.id} className={styles.reply}>
                  <div>
                    <strong>
                      /<Said>{one.shortcut}</Said>
                    </strong>
                    <p dir="auto" className={styles.quiet}>
                      {one.text}
                    </p>
                  </div>
                  <IconButton
                    label={t('whatsapp.removeReply', { name: one.shortcut })}
                    disabled={work.isPending}
                    onClick={() => work.mutate({ remove: one.id }, { onError: failed })}
                  >
                    <Trash2 size={18} aria-hidden />
                  </IconButton>
                </li>
              ))}
            </ul>
          )
        ) : query.isError ? (
          <Failure error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <SkeletonLines lines={2} />
        )}
        <form
          className={forms.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (!ready) return;
            work.mutate(
              { shortcut: shortcut.trim().replace(/^\//, ''), text: text.trim() },
              {
                onSuccess: () => {
                  setShortcut('');
                  setText('');
                },
                onError: (error) => !isApiError(error, 'taken') && failed(error),
              },
            );
          }}
        >
          <TextField
            label={t('whatsapp.shortcut')}
            hint={t('whatsapp.shortcutHint')}
            maxLength={40}
            value={shortcut}
            problem={isApiError(work.error, 'taken') ? t('error.taken') : undefined}
            onChange={(event) => setShortcut(event.target.value)}
          />
          <TextArea
            label={t('whatsapp.replyText')}
            rows={3}
            maxLength={4000}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <div className={forms.buttons}>
            <Button type="submit" busy={work.isPending} disabled={!ready}>
              {t('action.add')}
            </Button>
          </div>
        </form>
      </div>
    </Card>
  );
}
