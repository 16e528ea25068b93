import { Link } from '@tanstack/react-router';
import { useLocale } from '../i18n/use-locale';
import { useMe } from '../session/me';
import { Said } from '../ui/text';
import styles from './customer-link.module.css';

/** A customer's name, which leads to the card; the router fetches it as soon as the link is pointed at or focused. */
export function CustomerLink({ id, name }: { id: number; name: string }) {
  const { t } = useLocale();
  const me = useMe();
  const text = <Said>{name || t('customers.nameless')}</Said>;
  if (!me.has('crm')) return text;
  return (
    <Link to="/customers/$customerId" params={{ customerId: String(id) }} className={styles.link}>
      {text}
    </Link>
  );
}
