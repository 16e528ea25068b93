import { useNavigate } from '@tanstack/react-router';
import { Ellipsis, LogIn, Pencil, Power, Trash2 } from 'lucide-react';
import type { Business } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { useSwitchBusiness } from '@/shared/session/switch-business';
import { IconButton } from '@/shared/ui/button';
import { Menu, MenuItem, MenuLine } from '@/shared/ui/menu';
import { useToast } from '@/shared/ui/use-toast';
import { useDeleteBusiness } from './api/delete-business';
import { useSetBusinessState, type StateChange } from './api/set-business-state';

export function BusinessActions({ business, onEdit }: { business: Business; onEdit: () => void }) {
  const { t } = useLocale();
  const navigate = useNavigate();
  const toast = useToast();
  const errorText = useErrorText();
  const enter = useSwitchBusiness();
  const setState = useSetBusinessState();
  const remove = useDeleteBusiness();
  const { id, name, active } = business;

  const guard = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      toast.show({ tone: 'bad', text: errorText(error) });
    }
  };
  const change = (to: StateChange, undo?: StateChange) =>
    guard(async () => {
      await setState.mutateAsync({ id, change: to });
      if (to === 'restore') return;
      toast.show({
        text: t(to === 'deactivate' ? 'businesses.deactivated' : 'businesses.reactivated', { name }),
        ...(undo && { undo: () => void change(undo) }),
      });
    });

  return (
    <Menu
      trigger={
        <IconButton label={`${t('action.more')}: ${name}`} small>
          <Ellipsis size={18} aria-hidden />
        </IconButton>
      }
    >
      <MenuItem icon={<Pencil size={16} aria-hidden />} onSelect={onEdit}>
        {t('action.edit')}
      </MenuItem>
      <MenuItem
        icon={<LogIn size={16} aria-hidden className="mirror" />}
        disabled={!active}
        onSelect={() =>
          void guard(async () => {
            await enter.mutateAsync(id);
            await navigate({ to: '/' });
          })
        }
      >
        {t('businesses.enter')}
      </MenuItem>
      <MenuLine />
      <MenuItem
        icon={<Power size={16} aria-hidden />}
        onSelect={() =>
          void (active ? change('deactivate', 'reactivate') : change('reactivate', 'deactivate'))
        }
      >
        {t(active ? 'businesses.deactivate' : 'businesses.reactivate')}
      </MenuItem>
      <MenuItem
        danger
        icon={<Trash2 size={16} aria-hidden />}
        onSelect={() =>
          void guard(async () => {
            await remove.mutateAsync(id);
            toast.show({ text: t('businesses.deleted', { name }), undo: () => void change('restore') });
          })
        }
      >
        {t('action.delete')}
      </MenuItem>
    </Menu>
  );
}
