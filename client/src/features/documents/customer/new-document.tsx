import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { FilePlus2, FileSignature, FileText, Receipt } from 'lucide-react';
import type { ReactNode } from 'react';
import type { DocumentDraft } from '@/shared/api/documents';
import { useErrorText } from '@/shared/api/use-error-text';
import type { PickedCustomer } from '@/shared/customers/customer-picker';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { Button } from '@/shared/ui/button';
import { Menu, MenuItem } from '@/shared/ui/menu';
import { useToast } from '@/shared/ui/use-toast';
import { useCreateDocument } from '../api/documents';
import { templatesQuery } from '../api/templates';
import { drawerOf, featureOf, type Drawer } from '../drawers';

interface Props {
  customer: PickedCustomer;
  /** What opens the menu; a button with words where nothing else is given. */
  trigger?: ReactNode;
}

/** A new paper for a customer, pre-filled by the engine with what is known; it opens at once. */
export function NewDocument({ customer, trigger }: Props) {
  const { t } = useLocale();
  const me = useMe();
  const navigate = useNavigate();
  const toast = useToast();
  const errorText = useErrorText();
  const create = useCreateDocument();
  const signatures = me.has(featureOf('quotes'));
  const { data } = useQuery({ ...templatesQuery, enabled: signatures });
  const begin = (drawer: Drawer, draft: DocumentDraft) =>
    void create
      .mutateAsync({ customer: customer.id, drawer, draft })
      .then((made) =>
        navigate({
          to: '/documents/$drawer/$documentId',
          params: { drawer: drawerOf(made.kind), documentId: String(made.id) },
        }),
      )
      .catch((error: unknown) => toast.show({ tone: 'bad', text: errorText(error) }));
  const templates = (data?.results ?? []).filter((one) => one.kind !== 'quote');
  return (
    <Menu
      align="start"
      trigger={
        trigger ?? (
          <Button look="primary" busy={create.isPending}>
            <FilePlus2 size={18} aria-hidden />
            {t('documents.new')}
          </Button>
        )
      }
    >
      {signatures && (
        <MenuItem icon={<FileText size={16} aria-hidden />} onSelect={() => begin('quotes', {})}>
          {t('documents.kind.quote')}
        </MenuItem>
      )}
      {signatures &&
        templates.map((one) => (
          <MenuItem
            key={one.id}
            icon={<FileSignature size={16} aria-hidden />}
            onSelect={() => begin('contracts', { template_id: one.id })}
          >
            <bdi dir="auto">{one.name}</bdi>
          </MenuItem>
        ))}
      {me.has(featureOf('invoices')) && (
        <MenuItem icon={<Receipt size={16} aria-hidden />} onSelect={() => begin('invoices', {})}>
          {t('documents.tax.300')}
        </MenuItem>
      )}
    </Menu>
  );
}
