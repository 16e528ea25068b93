import { MessageCirclePlus } from 'lucide-react';
import { useState } from 'react';
import { CustomerPicker, type PickedCustomer } from '@/shared/customers/customer-picker';
import { useLocale } from '@/shared/i18n/use-locale';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { DialogEnd } from '@/shared/ui/dialog-end';
import forms from '@/shared/ui/form.module.css';
import { useStart } from '../api/conversations';

/** A conversation with somebody who has not written: it begins with a template. */
export function NewConversation({ onOpen }: { onOpen: (id: number) => void }) {
  const { t } = useLocale();
  const start = useStart();
  const [asking, setAsking] = useState(false);
  const [customer, setCustomer] = useState<PickedCustomer | null>(null);
  const close = () => {
    setAsking(false);
    setCustomer(null);
    start.reset();
  };
  return (
    <>
      <Button look="primary" onClick={() => setAsking(true)}>
        <MessageCirclePlus size={18} aria-hidden />
        {t('whatsapp.new')}
      </Button>
      <Dialog open={asking} onClose={close} title={t('whatsapp.new')} text={t('whatsapp.newText')}>
        <form
          className={forms.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (!customer) return;
            start.mutate(customer.id, {
              onSuccess: (made) => {
                close();
                onOpen(made.id);
              },
            });
          }}
        >
          <CustomerPicker label={t('documents.customer')} value={customer} onChange={setCustomer} />
          <DialogEnd onClose={close} work={start} disabled={!customer}>
            {t('whatsapp.open')}
          </DialogEnd>
        </form>
      </Dialog>
    </>
  );
}
