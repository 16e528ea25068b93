import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { DocumentRow } from '@/shared/api/documents';
import { useLocale } from '@/shared/i18n/use-locale';
import { Dialog } from '@/shared/ui/dialog';
import { DialogEnd } from '@/shared/ui/dialog-end';
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
        <DialogEnd onClose={onClose} work={work} look="danger" disabled={!reason.trim()}>
          {t('documents.credit')}
        </DialogEnd>
      </form>
    </Dialog>
  );
}
