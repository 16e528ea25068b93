import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import {
  Building2,
  CalendarPlus,
  ContactRound,
  Keyboard,
  ListTodo,
  Languages,
  LogOut,
  MoonStar,
  Phone,
  Sun,
  UserPlus,
  type LucideIcon,
} from 'lucide-react';
import { useDeferredValue } from 'react';
import { businessesQuery } from '@/features/businesses/api/list-businesses';
import { callsQuery } from '@/features/calls/api/list-calls';
import { tasksQuery } from '@/features/tasks/api/list-tasks';
import { customersQuery } from '@/shared/customers/find-customers';
import { phone } from '@/shared/format/phone';
import type { Key } from '@/shared/i18n/translate';
import { useLocale } from '@/shared/i18n/use-locale';
import { useLogOut } from '@/shared/session/log-out';
import { useMe } from '@/shared/session/me';
import { useSwitchBusiness } from '@/shared/session/switch-business';
import { setTheme } from '@/shared/theme/theme';
import { openPlaces, profilePlace } from '../navigation';
import { useSettled } from '@/shared/time/use-settled';

export interface Command {
  id: string;
  text: string;
  icon: LucideIcon;
  ltr?: boolean;
  beside?: string;
  run: () => void;
}

/** What the palette offers for the words typed, in groups; empty groups are left out. */
export function useCommands(typed: string, onSheet: () => void): { title: Key; commands: Command[] }[] {
  const { t, format, locale, setLocale } = useLocale();
  const me = useMe();
  const navigate = useNavigate();
  const change = useSwitchBusiness();
  const logOut = useLogOut();
  const words = useDeferredValue(typed.trim().toLocaleLowerCase());
  const asked = useSettled(words, 200);
  const searching = asked.length >= 2;

  const calls = useQuery({
    ...callsQuery({ q: asked, limit: 5, sort: '-started_at' }),
    enabled: searching && me.has('calls'),
    placeholderData: undefined,
  });
  const customers = useQuery({
    ...customersQuery({ q: asked, limit: 6 }),
    enabled: searching && me.has('crm'),
    placeholderData: undefined,
  });
  const tasks = useQuery({
    ...tasksQuery({ q: asked, limit: 5, status: 'open' }),
    enabled: searching && me.has('crm'),
    placeholderData: undefined,
  });
  const businesses = useQuery({
    ...businessesQuery({ q: asked, limit: 5 }),
    enabled: searching && me.admin,
    placeholderData: undefined,
  });

  const matches = (command: Command) => command.text.toLocaleLowerCase().includes(words);
  const pages = [...openPlaces(me), profilePlace].map((place) => ({
    id: place.to,
    text: t(place.label),
    icon: place.icon,
    run: () => void navigate({ to: place.to }),
  }));
  const actions: Command[] = [
    ...(me.has('crm')
      ? [
          {
            id: 'new-task',
            text: t('tasks.new'),
            icon: CalendarPlus,
            run: () => void navigate({ to: '/tasks', search: { task: 'new' } }),
          },
          {
            id: 'new-customer',
            text: t('customers.new'),
            icon: UserPlus,
            run: () => void navigate({ to: '/customers', search: { customer: 'new' } }),
          },
        ]
      : []),
    {
      id: 'light',
      text: `${t('theme.label')}: ${t('theme.light')}`,
      icon: Sun,
      run: () => setTheme('light'),
    },
    {
      id: 'dark',
      text: `${t('theme.label')}: ${t('theme.dark')}`,
      icon: MoonStar,
      run: () => setTheme('dark'),
    },
    {
      id: 'language',
      text: `${t('language.label')}: ${t(locale === 'he' ? 'language.en' : 'language.he')}`,
      icon: Languages,
      run: () => setLocale(locale === 'he' ? 'en' : 'he'),
    },
    { id: 'keys', text: t('keys.title'), icon: Keyboard, run: onSheet },
    {
      id: 'logout',
      text: t('action.logout'),
      icon: LogOut,
      run: () =>
        void logOut
          .mutateAsync()
          .catch(() => undefined)
          .then(() => navigate({ to: '/login' })),
    },
  ];
  const own = me.memberships.map((one) => ({ id: one.business_id, name: one.business_name }));
  const found = searching ? (businesses.data?.results ?? []) : [];
  const choices = [...own, ...found.filter((one) => !own.some((mine) => mine.id === one.id))];

  const groups: { title: Key; commands: Command[] }[] = [
    { title: 'palette.pages', commands: pages.filter(matches) },
    {
      title: 'palette.customers',
      commands: (searching ? (customers.data?.results ?? []) : []).map((one) => ({
        id: `customer-${one.id}`,
        text: one.name || t('customers.nameless'),
        ...(one.phone && { beside: phone(one.phone) }),
        icon: ContactRound,
        run: () => void navigate({ to: '/customers/$customerId', params: { customerId: String(one.id) } }),
      })),
    },
    {
      title: 'palette.calls',
      commands: (searching ? (calls.data?.results ?? []) : []).map((call) => ({
        id: call.id,
        text: call.customer?.name ?? (call.caller ? phone(call.caller) : t('calls.unknown')),
        ltr: !call.customer?.name && call.caller !== null,
        beside: format.dateTime(call.started_at),
        icon: Phone,
        run: () => void navigate({ to: '/calls/$callId', params: { callId: call.id } }),
      })),
    },
    {
      title: 'palette.tasks',
      commands: (searching ? (tasks.data?.results ?? []) : []).map((task) => ({
        id: `task-${task.id}`,
        text: task.title,
        beside: format.dateTime(task.due_at),
        icon: ListTodo,
        run: () => void navigate({ to: '/tasks', search: { task: task.id } }),
      })),
    },
    {
      title: 'palette.businesses',
      commands: choices
        .filter((one) => one.id !== me.business?.id)
        .map((one) => ({
          id: `business-${one.id}`,
          text: one.name,
          icon: Building2,
          run: () =>
            void change
              .mutateAsync(one.id)
              .then(() => navigate({ to: '/' }))
              .catch(() => undefined),
        }))
        .filter(matches),
    },
    { title: 'palette.actions', commands: actions.filter(matches) },
  ];
  return groups.filter((group) => group.commands.length > 0);
}
