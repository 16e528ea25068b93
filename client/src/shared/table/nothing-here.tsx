import { SearchX } from 'lucide-react';
import { useLocale } from '../i18n/use-locale';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import type { EmptyState } from './types';

interface Props {
  filtered: boolean;
  empty: EmptyState;
  onClear: () => void;
  /** The page asked for is beyond the last one: leads back to the last. */
  beyond: (() => void) | undefined;
}

export function NothingHere({ filtered, empty, onClear, beyond }: Props) {
  const { t } = useLocale();
  if (beyond)
    return (
      <Empty
        icon={SearchX}
        title={t('table.none')}
        text={t('table.noMatchText')}
        action={<Button onClick={beyond}>{t('table.previous')}</Button>}
      />
    );
  if (filtered)
    return (
      <Empty
        icon={SearchX}
        title={t('table.noMatch')}
        text={t('table.noMatchText')}
        action={<Button onClick={onClear}>{t('table.clear')}</Button>}
      />
    );
  return <Empty {...empty} />;
}
