import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { Info } from 'lucide-react';
import type { ComponentType } from 'react';
import type { Business } from '@/shared/api/types';
import type { Key } from '@/shared/i18n/translate';
import { useLocale } from '@/shared/i18n/use-locale';
import { useMe } from '@/shared/session/me';
import { Banner } from '@/shared/ui/banner';
import { Card } from '@/shared/ui/card';
import { Failure, NoBusiness } from '@/shared/ui/failure';
import { Page } from '@/shared/ui/page';
import { SkeletonLines } from '@/shared/ui/skeleton';
import { byWholeAddress, TabLinks } from '@/shared/ui/tab-links';
import { businessQuery } from './api/get-business';
import { DocumentsSection } from './documents-section';
import { GeneralSection } from './general-section';
import { GreetingSection } from './greeting-section';
import { HoursSection } from './hours-section';
import { NumbersSection } from './numbers-section';
import { PlanSection } from './plan-section';
import { QuietSection } from './quiet-section';
import { ScriptSection } from './script-section';

export interface SectionProps {
  business: Business;
  /** An agent looks and changes nothing. */
  readOnly: boolean;
}

const general = ['general', 'settings.general', GeneralSection] as const;
const sections: readonly [string, Key, ComponentType<SectionProps>][] = [
  [...general],
  ['numbers', 'settings.numbers', NumbersSection],
  ['greeting', 'settings.greeting', GreetingSection],
  ['script', 'settings.script', ScriptSection],
  ['hours', 'settings.hours', HoursSection],
  ['documents', 'settings.documents', DocumentsSection],
  ['quiet', 'quiet.title', QuietSection],
  ['plan', 'settings.plan', PlanSection],
];

export function SettingsPage() {
  const { t } = useLocale();
  const me = useMe();
  const { section } = useSearch({ from: '/frame/settings' });
  if (!me.business)
    return (
      <Page title={t('settings.title')}>
        <NoBusiness />
      </Page>
    );
  const shown = sections.filter(([id]) => id !== 'documents' || me.has('signatures') || me.has('invoices'));
  const [current, , Section] = shown.find(([id]) => id === section) ?? general;
  return (
    <Page title={t('settings.title')} subtitle={t('settings.subtitle')} narrow>
      <TabLinks label={t('settings.title')} current={current}>
        {shown.map(([id, label]) => (
          <Link
            key={id}
            to="/settings"
            search={{ section: id }}
            activeOptions={byWholeAddress}
            aria-current={id === current ? 'page' : undefined}
          >
            {t(label)}
          </Link>
        ))}
      </TabLinks>
      {!me.manages && (
        <Banner tone="info">
          <Info size={18} aria-hidden />
          {t('settings.readOnly')}
        </Banner>
      )}
      <Loaded Section={Section} readOnly={!me.manages} />
    </Page>
  );
}

function Loaded({ Section, readOnly }: { Section: ComponentType<SectionProps>; readOnly: boolean }) {
  const query = useQuery(businessQuery);
  if (query.data) return <Section business={query.data} readOnly={readOnly} />;
  if (query.isError) return <Failure error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Card>
      <SkeletonLines lines={6} />
    </Card>
  );
}
