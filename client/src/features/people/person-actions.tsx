import { Ellipsis, KeyRound, Pause, Play, ShieldCheck, Trash2, UserRound } from 'lucide-react';
import { isApiError } from '@/shared/api/error';
import type { Person } from '@/shared/api/types';
import { useErrorText } from '@/shared/api/use-error-text';
import { useLocale } from '@/shared/i18n/use-locale';
import { IconButton } from '@/shared/ui/button';
import { Menu, MenuItem, MenuLine } from '@/shared/ui/menu';
import { useRemoval } from '@/shared/ui/use-removal';
import { useToast } from '@/shared/ui/use-toast';
import { useChangePerson } from './api/change-person';
import { useMakeResetLink } from './api/make-reset-link';
import { useRemovePerson } from './api/remove-person';

interface Props {
  person: Person;
  /** Nobody takes their own rights away by mistake. */
  own: boolean;
  onLink: (link: string) => void;
}

export function PersonActions({ person, own, onLink }: Props) {
  const { t } = useLocale();
  const toast = useToast();
  const errorText = useErrorText();
  const change = useChangePerson();
  const remove = useRemovePerson();
  const makeLink = useMakeResetLink();
  const removal = useRemoval();
  const { user_id, version, name, role, active } = person;
  if (own) return null;

  const guard = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      toast.show({
        tone: 'bad',
        text: isApiError(error, 'invalid') ? t('people.lastManager') : errorText(error),
      });
    }
  };
  const set = (
    what: { role?: Person['role']; active?: boolean },
    back: typeof what,
    at = version,
  ): Promise<void> =>
    guard(async () => {
      const next = await change.mutateAsync({ user_id, version: at, ...what });
      toast.show({ text: t('people.changed', { name }), undo: () => void set(back, what, next.version) });
    });

  return (
    <Menu
      trigger={
        <IconButton label={`${t('action.more')}: ${name}`} small>
          <Ellipsis size={18} aria-hidden />
        </IconButton>
      }
    >
      {role === 'agent' ? (
        <MenuItem
          icon={<ShieldCheck size={16} aria-hidden />}
          onSelect={() => void set({ role: 'manager' }, { role })}
        >
          {t('people.makeManager')}
        </MenuItem>
      ) : (
        <MenuItem
          icon={<UserRound size={16} aria-hidden />}
          onSelect={() => void set({ role: 'agent' }, { role })}
        >
          {t('people.makeAgent')}
        </MenuItem>
      )}
      <MenuItem
        icon={active ? <Pause size={16} aria-hidden /> : <Play size={16} aria-hidden />}
        onSelect={() => void set({ active: !active }, { active })}
      >
        {t(active ? 'people.suspend' : 'people.resume')}
      </MenuItem>
      <MenuItem
        icon={<KeyRound size={16} aria-hidden />}
        onSelect={() =>
          void guard(async () => {
            const { link } = await makeLink.mutateAsync(user_id);
            onLink(link);
          })
        }
      >
        {t('people.reset')}
      </MenuItem>
      <MenuLine />
      <MenuItem
        danger
        icon={<Trash2 size={16} aria-hidden />}
        onSelect={() =>
          removal({
            key: `person:${user_id}`,
            text: t('people.removed', { name }),
            commit: (leaving) => remove.mutateAsync({ userId: user_id, leaving }),
          })
        }
      >
        {t('people.remove')}
      </MenuItem>
    </Menu>
  );
}
