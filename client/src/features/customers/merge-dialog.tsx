import { useState } from 'react';
import type { CustomerRow } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { DateTime, Phone } from '@/shared/ui/text';
import { useToast } from '@/shared/ui/use-toast';
import forms from '@/shared/ui/form.module.css';
import { useMerge, useUnmerge } from './api/merge';
import styles from './customers.module.css';

interface Props {
  picked: readonly CustomerRow[];
  onClose: () => void;
  onDone: () => void;
}

/** One person under several cards: one stays, and what happened with the others is told in it. */
export function MergeDialog({ picked, onClose, onDone }: Props) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const merge = useMerge();
  const unmerge = useUnmerge();
  // Who has been there longest has most likely the right name.
  const oldest = picked.toSorted((a, b) => a.created_at.localeCompare(b.created_at))[0];
  const [keep, setKeep] = useState(oldest?.id ?? 0);
  const failed = (error: unknown) => toast.show({ tone: 'bad', text: errorText(error) });
  const run = () =>
    void merge
      .mutateAsync({ keep, merge: picked.map((one) => one.id).filter((id) => id !== keep) })
      .then(({ id, customer }) => {
        toast.show({
          text: t('customers.merged', { name: customer.name || t('customers.nameless') }),
          undo: () => void unmerge.mutateAsync(id).catch(failed),
        });
        onDone();
      })
      .catch(failed);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('customers.mergeTitle', { count: picked.length })}
      text={t('customers.mergeText')}
      footer={
        <>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button look="primary" busy={merge.isPending} onClick={run}>
            {t('customers.merge')}
          </Button>
        </>
      }
    >
      <fieldset className={styles.keep}>
        <legend className={forms.legend}>{t('customers.mergeKeep')}</legend>
        {picked.map((one) => (
          <label key={one.id}>
            <input type="radio" name="keep" checked={one.id === keep} onChange={() => setKeep(one.id)} />
            <bdi dir="auto">{one.name || t('customers.nameless')}</bdi>
            <small>
              {one.phone && <Phone number={one.phone} />}
              <DateTime at={one.created_at} />
            </small>
          </label>
        ))}
      </fieldset>
    </Dialog>
  );
}
