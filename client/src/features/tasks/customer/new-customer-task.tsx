import { useState } from 'react';
import type { PickedCustomer } from '@/shared/customers/customer-picker';
import { useLocale } from '@/shared/i18n/use-locale';
import { Button } from '@/shared/ui/button';
import { Dialog } from '@/shared/ui/dialog';
import { QuickAdd } from '../quick/quick-add';
import { TaskDialog } from '../task-dialog';
import styles from './customer-tasks.module.css';

/** From the card: one line of words is enough, and the whole form is a press away. */
export function NewCustomerTask({ customer, onClose }: { customer: PickedCustomer; onClose: () => void }) {
  const { t } = useLocale();
  const [whole, setWhole] = useState(false);
  if (whole) return <TaskDialog task={null} begin={{ customer }} onClose={onClose} />;
  return (
    <Dialog open onClose={onClose} title={t('tasks.newFor', { name: customer.name })} wide>
      <QuickAdd customer={customer} autoFocus onSaved={onClose} />
      <Button look="quiet" small className={styles.whole} onClick={() => setWhole(true)}>
        {t('tasks.wholeForm')}
      </Button>
    </Dialog>
  );
}
