import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Building2, Check, ChevronsUpDown } from 'lucide-react';
import { businessesQuery } from '@/features/businesses/api/list-businesses';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { useSwitchBusiness } from '@/shared/session/switch-business';
import { Menu, MenuItem } from '@/shared/ui/menu';
import { Said } from '@/shared/ui/text';
import { useToast } from '@/shared/ui/use-toast';
import styles from './business-switcher.module.css';

/** Which business everything on the page belongs to. An administrator may look into any. */
export function BusinessSwitcher() {
  const { t } = useLocale();
  const me = useMe();
  const navigate = useNavigate();
  const toast = useToast();
  const errorText = useErrorText();
  const change = useSwitchBusiness();
  const all = useQuery({ ...businessesQuery({ limit: 50, sort: 'name' }), enabled: me.admin });

  const known = me.memberships.map((one) => ({ id: one.business_id, name: one.business_name }));
  const others = (all.data?.results ?? []).filter((one) => !known.some((own) => own.id === one.id));
  const choices = [...known, ...others];
  const current = me.business;

  const go = async (id: number) => {
    if (id === current?.id) return;
    try {
      await change.mutateAsync(id);
      await navigate({ to: '/' });
    } catch (error) {
      toast.show({ tone: 'bad', text: errorText(error) });
    }
  };

  const face = (
    <>
      <span className={styles.icon}>
        <Building2 size={18} aria-hidden />
      </span>
      <span className={styles.words}>
        <Said className={styles.name}>{current?.name ?? t('business.none')}</Said>
        <span className={styles.role}>
          {current ? (current.role ? t(`role.${current.role}`) : t('business.looking')) : t('role.admin')}
        </span>
      </span>
    </>
  );
  if (choices.length === 0 || (choices.length === 1 && current))
    return <div className={styles.still}>{face}</div>;

  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className={styles.button} disabled={change.isPending}>
          <span className="hidden-visually">{t('business.switch')}: </span>
          {face}
          <ChevronsUpDown size={16} aria-hidden />
        </button>
      }
    >
      {choices.map((one) => (
        <MenuItem
          key={one.id}
          icon={<Check size={16} aria-hidden className={one.id === current?.id ? '' : styles.unchecked} />}
          onSelect={() => void go(one.id)}
        >
          <Said>{one.name}</Said>
        </MenuItem>
      ))}
    </Menu>
  );
}
