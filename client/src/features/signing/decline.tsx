import { useState } from 'react';
import { useLocale } from '@/shared/i18n/use-locale';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { DialogEnd } from '@/shared/ui/dialog-end';
import { TextArea } from '@/shared/ui/field';
import forms from '@/shared/ui/form.module.css';
import { useDecline } from './api/sign';
import styles from './signing.module.css';

/** Nobody has to sign; why not is told to whoever asked. */
export function Decline({ session, onDeclined }: { session: string; onDeclined: () => void }) {
  const { t } = useLocale();
  const decline = useDecline(session);
  const [asking, setAsking] = useState(false);
  const [reason, setReason] = useState('');
  return (
    <>
      <Button look="quiet" className={styles.decline} onClick={() => setAsking(true)}>
        {t('sign.decline')}
      </Button>
      <Dialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('sign.declineTitle')}
        text={t('sign.declineText')}
      >
        <form
          className={forms.form}
          onSubmit={(event) => {
            event.preventDefault();
            decline.mutate(reason.trim(), { onSuccess: onDeclined });
          }}
        >
          <TextArea
            label={t('customers.reason')}
            rows={3}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <DialogEnd onClose={() => setAsking(false)} work={decline} look="danger" disabled={!reason.trim()}>
            {t('sign.decline')}
          </DialogEnd>
        </form>
      </Dialog>
    </>
  );
}
