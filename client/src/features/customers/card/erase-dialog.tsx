import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { useErrorText } from '@/shared/api/use-error-text';
import type { Customer } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { TextField } from '@/shared/ui/field';
import form from '@/shared/ui/form.module.css';
import { useToast } from '@/shared/ui/use-toast';
import { useErase } from '../api/person-data';

interface Props {
  customer: Customer;
  onClose: () => void;
}

/** The end of what is kept of a person. It can't be taken back, so who it is has to be written. */
export function EraseDialog({ customer, onClose }: Props) {
  const { t } = useLocale();
  const navigate = useNavigate();
  const toast = useToast();
  const errorText = useErrorText();
  const erase = useErase();
  const [typed, setTyped] = useState('');
  const who = customer.name || customer.phone || String(customer.id);
  const sure = typed.trim() === who.trim();
  const go = () => {
    if (!sure) return;
    erase.mutate(customer.id, {
      onSuccess: (gone) => {
        onClose();
        void navigate({ to: '/customers' });
        const kept = gone.papers_kept;
        toast.show({ text: kept ? t('customers.erasedBut', { count: kept }) : t('customers.erased') });
      },
    });
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('customers.erase')}
      text={t('customers.eraseText')}
      footer={
        <>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button look="danger" type="submit" form="erase" disabled={!sure} busy={erase.isPending}>
            {t('customers.eraseNow')}
          </Button>
        </>
      }
    >
      <form
        id="erase"
        className={form.form}
        onSubmit={(event) => {
          event.preventDefault();
          go();
        }}
      >
        <p>{t('customers.eraseKept')}</p>
        <TextField
          label={t('customers.eraseWho', { who })}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          dir="auto"
          autoComplete="off"
          problem={erase.isError ? errorText(erase.error) : undefined}
        />
      </form>
    </Dialog>
  );
}
