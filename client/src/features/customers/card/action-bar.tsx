import {
  CalendarPlus,
  Ellipsis,
  Eraser,
  FileJson,
  FilePlus2,
  MessageCircle,
  NotebookPen,
  Pencil,
  PhoneCall,
  Trash2,
} from 'lucide-react';
import { useState, type ComponentType, type ReactNode } from 'react';
import type { Customer } from '@/shared/api/types';
import { useLocale } from '@/shared/i18n/use-locale';
import type { PickedCustomer } from '@/shared/customers/customer-picker';
import { callLink, follow, isPhone, whatsAppLink } from '@/shared/customers/reach';
import { useShortcuts } from '@/shared/keys/shortcuts';
import { Button, buttonClass, IconButton } from '@/shared/ui/button';
import { cx } from '@/shared/ui/cx';
import { useErrorText } from '@/shared/api/use-error-text';
import { useMe } from '@/shared/session/me';
import { Menu, MenuItem } from '@/shared/ui/menu';
import { useToast } from '@/shared/ui/use-toast';
import { useHandOut } from '../api/person-data';
import { CallButton } from './call-button';
import { EraseDialog } from './erase-dialog';
import styles from './card.module.css';

interface Props {
  customer: Customer;
  NewDocument: ComponentType<{ customer: PickedCustomer; trigger: ReactNode }>;
  /** To the chat in the card. */
  onChat: () => void;
  onTask: () => void;
  onNote: () => void;
  onRename: () => void;
  onDelete: () => void;
}

/** Always in sight: what one does with a customer. Keys by their place, so that a Hebrew layout presses the same ones. */
export function ActionBar({ customer, NewDocument, onChat, onTask, onNote, onRename, onDelete }: Props) {
  const { t } = useLocale();
  const me = useMe();
  const handOut = useHandOut();
  const toast = useToast();
  const errorText = useErrorText();
  const [erasing, setErasing] = useState(false);
  const number = isPhone(customer.phone) ? customer.phone : null;
  const chats = me.has('whatsapp');
  useShortcuts([
    [{ code: 'KeyA' }, onTask],
    [{ code: 'KeyN' }, onNote],
    [{ code: 'KeyE' }, onRename],
    [{ code: 'KeyW' }, () => (chats ? onChat() : number && follow(whatsAppLink(number)))],
  ]);
  return (
    <div className={styles.bar} role="group" aria-label={t('table.actions')} data-action-bar="">
      {number && me.has('calls') && me.user.phone ? (
        <CallButton id={customer.id} />
      ) : (
        <Reach
          href={number && callLink(number)}
          primary
          icon={<PhoneCall size={18} aria-hidden />}
          text={t('customers.call')}
        />
      )}
      {chats ? (
        <Button onClick={onChat} aria-keyshortcuts="W">
          <MessageCircle size={18} aria-hidden />
          {t('due.whatsapp')}
        </Button>
      ) : (
        <Reach
          href={number && whatsAppLink(number)}
          icon={<MessageCircle size={18} aria-hidden />}
          text={t('due.whatsapp')}
          keys="W"
        />
      )}
      <Button onClick={onTask} aria-keyshortcuts="A">
        <CalendarPlus size={18} aria-hidden />
        {t('customers.task')}
      </Button>
      <Button onClick={onNote} aria-keyshortcuts="N">
        <NotebookPen size={18} aria-hidden />
        {t('customers.note')}
      </Button>
      {(me.has('signatures') || me.has('invoices')) && (
        <NewDocument
          customer={{ id: customer.id, name: customer.name, phone: customer.phone ?? null }}
          trigger={
            <Button>
              <FilePlus2 size={18} aria-hidden />
              {t('documents.short')}
            </Button>
          }
        />
      )}
      <Menu
        trigger={
          <IconButton label={t('action.more')} look="plain">
            <Ellipsis size={18} aria-hidden />
          </IconButton>
        }
      >
        <MenuItem icon={<Pencil size={16} aria-hidden />} onSelect={onRename}>
          {t('customers.rename')}
        </MenuItem>
        {me.manages && (
          <MenuItem
            icon={<FileJson size={16} aria-hidden />}
            onSelect={() =>
              handOut.mutate(customer.id, {
                onError: (error) => toast.show({ text: errorText(error), tone: 'bad' }),
              })
            }
          >
            {t('customers.handOut')}
          </MenuItem>
        )}
        <MenuItem danger icon={<Trash2 size={16} aria-hidden />} onSelect={onDelete}>
          {t('customers.delete')}
        </MenuItem>
        {me.manages && (
          <MenuItem danger icon={<Eraser size={16} aria-hidden />} onSelect={() => setErasing(true)}>
            {t('customers.eraseMenu')}
          </MenuItem>
        )}
      </Menu>
      {erasing && <EraseDialog customer={customer} onClose={() => setErasing(false)} />}
    </div>
  );
}

interface ReachProps {
  href: string | null;
  text: string;
  icon: ReactNode;
  primary?: boolean;
  keys?: string;
}

/** A way to a customer who has a number; without one it says so. */
function Reach({ href, text, icon, primary, keys }: ReachProps) {
  const { t } = useLocale();
  const look = primary ? 'primary' : 'plain';
  if (!href)
    return (
      <Button look={look} disabled title={t('customers.noPhone')}>
        {icon}
        {text}
      </Button>
    );
  const away = href.startsWith('https:') ? { target: '_blank', rel: 'noopener noreferrer' } : {};
  return (
    <a {...away} href={href} className={cx(buttonClass({ look }))} aria-keyshortcuts={keys}>
      {icon}
      {text}
    </a>
  );
}
