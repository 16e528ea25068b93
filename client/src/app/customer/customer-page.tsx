import { CustomerCalls } from '@/features/calls/customer-calls';
import { CustomerCard, type CardParts } from '@/features/customers/card/customer-card';
import { CustomerDocuments } from '@/features/documents/customer/customer-documents';
import { NewDocument } from '@/features/documents/customer/new-document';
import { CustomerTasks } from '@/features/tasks/customer/customer-tasks';
import { NewCustomerTask } from '@/features/tasks/customer/new-customer-task';
import { CustomerChat } from '@/features/whatsapp/customer/customer-chat';

const parts: CardParts = {
  Tasks: CustomerTasks,
  NewTask: NewCustomerTask,
  Calls: CustomerCalls,
  Documents: CustomerDocuments,
  NewDocument,
  Chat: CustomerChat,
};

/** The one page in which nouns meet; a feature names no other, so they are put together here. */
export function CustomerPage() {
  return <CustomerCard parts={parts} />;
}
