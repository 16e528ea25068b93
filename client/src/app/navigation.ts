import {
  AudioLines,
  BarChart3,
  Building2,
  ContactRound,
  FileText,
  ListTodo,
  MessageCircle,
  PhoneIncoming,
  ScrollText,
  Settings2,
  UserRound,
  UsersRound,
  type LucideIcon,
} from 'lucide-react';
import type { Feature } from '@/shared/api/types';
import type { Key } from '@/shared/i18n/translate';
import type { Who } from '@/shared/session/me';

export interface Place {
  to:
    | '/live'
    | '/calls'
    | '/customers'
    | '/whatsapp'
    | '/tasks'
    | '/documents'
    | '/stats'
    | '/settings'
    | '/people'
    | '/audit'
    | '/businesses'
    | '/profile';
  label: Key;
  icon: LucideIcon;
  group: Key;
  feature?: Feature;
  shown: (me: Who) => boolean;
}

/** Every page of the frame, in its order; sidebar and command palette show what this person may open. */
export const places: readonly Place[] = [
  {
    to: '/live',
    label: 'nav.live',
    icon: AudioLines,
    group: 'nav.group.work',
    feature: 'calls',
    shown: (me) => me.business != null,
  },
  {
    to: '/calls',
    label: 'nav.calls',
    icon: PhoneIncoming,
    group: 'nav.group.work',
    feature: 'calls',
    shown: (me) => me.business != null,
  },
  {
    to: '/customers',
    label: 'nav.customers',
    icon: ContactRound,
    group: 'nav.group.work',
    feature: 'crm',
    shown: (me) => me.business != null,
  },
  {
    to: '/whatsapp',
    label: 'nav.whatsapp',
    icon: MessageCircle,
    group: 'nav.group.work',
    feature: 'whatsapp',
    shown: (me) => me.business != null,
  },
  {
    to: '/tasks',
    label: 'nav.tasks',
    icon: ListTodo,
    group: 'nav.group.work',
    feature: 'crm',
    shown: (me) => me.business != null,
  },
  {
    to: '/documents',
    label: 'nav.documents',
    icon: FileText,
    group: 'nav.group.work',
    shown: (me) => me.business != null && (me.has('signatures') || me.has('invoices')),
  },
  {
    to: '/stats',
    label: 'nav.stats',
    icon: BarChart3,
    group: 'nav.group.work',
    shown: (me) => me.business != null,
  },
  {
    to: '/settings',
    label: 'nav.settings',
    icon: Settings2,
    group: 'nav.group.business',
    shown: (me) => me.business != null,
  },
  {
    to: '/people',
    label: 'nav.people',
    icon: UsersRound,
    group: 'nav.group.business',
    shown: (me) => me.manages,
  },
  {
    to: '/audit',
    label: 'nav.audit',
    icon: ScrollText,
    group: 'nav.group.business',
    shown: (me) => me.manages || me.admin,
  },
  {
    to: '/businesses',
    label: 'nav.businesses',
    icon: Building2,
    group: 'nav.group.platform',
    shown: (me) => me.admin,
  },
];

export const profilePlace: Place = {
  to: '/profile',
  label: 'nav.profile',
  icon: UserRound,
  group: 'nav.group.work',
  shown: () => true,
};

export function openPlaces(me: Who): Place[] {
  return places.filter((place) => place.shown(me) && (!place.feature || me.has(place.feature)));
}

/** Where a person begins. */
export function home(me: Who): Place['to'] {
  return openPlaces(me)[0]?.to ?? '/profile';
}
