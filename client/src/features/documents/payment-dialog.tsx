import { useState } from 'react';
import type { DocumentRow, PayMethod } from '@/shared/api/documents';
import { parseMoney, typedMoney } from '@/shared/format/money';
import { useLocale } from '@/shared/i18n/use-locale';
import { wallOf } from '@/shared/time/zone';
import { DayField } from '@/shared/ui/day-field';
import { Dialog } from '@/shared/ui/dialog';
import { DialogEnd } from '@/shared/ui/dialog-end';
import { SelectField, TextField } from '@/shared/ui/field';
import forms from '@/shared/ui/form.module.css';
import { useToast } from '@/shared/ui/use-toast';
import { useDocument } from './api/documents';
import type { Drawer } from './drawers';

const methods: readonly PayMethod[] = ['transfer', 'card', 'bit', 'cash', 'cheque', 'other'];

interface Props {
  paper: DocumentRow;
  drawer: Drawer;
  onClose: () => void;
}

/** Money that came, written down by hand. */
export function PaymentDialog({ paper, drawer, onClose }: Props) {
  const { t, timeZone } = useLocale();
  const toast = useToast();
  const work = useDocument(drawer, paper.id);
  const [typed, setTyped] = useState(() => typedMoney(paper.total - paper.paid));
  const [method, setMethod] = useState<PayMethod>('transfer');
  const [on, setOn] = useState(() => wallOf(Date.now(), timeZone).day);
  const [note, setNote] = useState('');
  const amount = parseMoney(typed);
  const good = amount !== null && amount > 0;
  return (
    <Dialog open onClose={onClose} title={t('documents.pay')}>
      <form
        className={forms.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (!good) return;
          work.mutate(
            { do: 'pay', amount, method, on, note: note.trim() },
            {
              onSuccess: () => {
                toast.show({ text: t('documents.payed') });
                onClose();
              },
            },
          );
        }}
      >
        <div className={forms.two}>
          <TextField
            label={`${t('documents.amount')} (₪)`}
            ltr
            inputMode="decimal"
            autoFocus
            value={typed}
            problem={good ? undefined : t('documents.wrongSum')}
            onChange={(event) => setTyped(event.target.value)}
          />
          <SelectField
            label={t('documents.method')}
            value={method}
            onChange={(event) => {
              const next = methods.find((one) => one === event.target.value);
              if (next) setMethod(next);
            }}
          >
            {methods.map((one) => (
              <option key={one} value={one}>
                {t(`documents.method.${one}`)}
              </option>
            ))}
          </SelectField>
          <DayField label={t('documents.on')} value={on} onChange={(day) => day && setOn(day)} />
          <TextField
            label={t('documents.note')}
            optional
            maxLength={200}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        </div>
        <DialogEnd onClose={onClose} work={work} disabled={!good}>
          {t('action.save')}
        </DialogEnd>
      </form>
    </Dialog>
  );
}
