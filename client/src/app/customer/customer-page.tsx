import { CustomerCalls } from '@/features/calls/customer-calls';
import { CustomerCard, type CardParts } from '@/features/customers/card/customer-card';
import { CustomerTasks } from '@/features/tasks/customer/customer-tasks';
import { NewCustomerTask } from '@/features/tasks/customer/new-customer-task';

const parts: CardParts = { Tasks: CustomerTasks, NewTask: NewCustomerTask, Calls: CustomerCalls };

/** The one page in which nouns meet; a feature names no other, so they are put together here. */
export function CustomerPage() {
  return <CustomerCard parts={parts} />;
}
