import { useState, type ReactNode } from 'react';
import { isApiError } from '@/shared/api/error';
import type { Customer } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { useToast } from '@/shared/ui/use-toast';
import { useChangeCustomer } from '../api/change-customer';
import { ConflictDialog, type Conflict } from './conflict-dialog';
import { undone, type Edit } from './edits';

export type Save = (edit: Edit) => void;

/**
 * Saves edits of the card, each seen at once and with a way back. When the customer was changed meanwhile but not in what
 * was edited, the edit is simply made anew; otherwise the person chooses which of the two stays.
 */
export function useEdit(customer: Customer): { save: Save; dialog: ReactNode } {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const change = useChangeCustomer(customer.id);
  const [conflict, setConflict] = useState<Conflict | null>(null);

  const send = async (edit: Edit, base: Customer, told = true): Promise<void> => {
    try {
      const now = await change.mutateAsync({
        patch: { ...edit.patch, version: base.version },
        shown: edit.shown,
      });
      if (!told) return;
      const undo = () => void send(undone(edit, base), now, false);
      toast.show({ text: t('customers.saved', { what: t(edit.label) }), undo });
    } catch (error) {
      if (!isApiError(error, 'conflict')) {
        toast.show({ tone: 'bad', text: errorText(error) });
        return;
      }
      const current = error.body.current as Customer;
      if (edit.of(current) === edit.of(base)) await send(edit, current, told);
      else setConflict({ edit, current });
    }
  };

  return {
    save: (edit) => void send(edit, customer),
    dialog: conflict && (
      <ConflictDialog
        conflict={conflict}
        mine={{ ...conflict.current, ...conflict.edit.shown }}
        onKeep={() => setConflict(null)}
        onMine={() => {
          setConflict(null);
          void send(conflict.edit, conflict.current);
        }}
      />
    ),
  };
}
