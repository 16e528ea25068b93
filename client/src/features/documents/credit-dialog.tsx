import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { DocumentRow } from '@/shared/api/documents';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { Banner } from '@/shared/ui/banner';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { TextField } from '@/shared/ui/field';
import forms from '@/shared/ui/form.module.css';
import { useDocument } from './api/documents';
import { drawerOf, type Drawer } from './drawers';

interface Props {
  paper: DocumentRow;
  drawer: Drawer;
  onClose: () => void;
}

/** An issued paper never changes: another one takes it back, with a number of its own. */
export function CreditDialog({ paper, drawer, onClose }: Props) {
  const { t } = useLocale();
  const navigate = useNavigate();
  const errorText = useErrorText();
  const work = useDocument(drawer, paper.id);
  const [reason, setReason] = useState('');
  return (
    <Dialog open onClose={onClose} title={t('documents.credit')} text={t('documents.creditText')}>
      <form
        className={forms.form}
        onSubmit={(event) => {
          event.preventDefault();
          work.mutate(
            { do: 'credit', reason: reason.trim() },
            {
              onSuccess: (made) =>
                void navigate({
                  to: '/documents/$drawer/$documentId',
                  params: { drawer: drawerOf(made.kind), documentId: String(made.id) },
                }),
            },
          );
        }}
      >
        <TextField
          label={t('customers.reason')}
          autoFocus
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {work.error && (
          <Banner tone="bad" alert>
            {errorText(work.error)}
          </Banner>
        )}
        <div className={forms.buttons}>
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button type="submit" look="danger" busy={work.isPending} disabled={!reason.trim()}>
            {t('documents.credit')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
