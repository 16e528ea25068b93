import type { ReactNode } from 'react';
import { money } from '../format/money';
import { phone } from '../format/phone';
import { useLocale } from '../i18n/use-locale';

/** What reads left to right inside any sentence: phones, ids, times, addresses. */
export function Ltr({ children, className }: { children: ReactNode; className?: string | undefined }) {
  return (
    <bdi dir="ltr" className={className}>
      {children}
    </bdi>
  );
}

/** Words that a person wrote or said: their own first letter decides. */
export function Said({ children, className }: { children: ReactNode; className?: string | undefined }) {
  return (
    <bdi dir="auto" className={className}>
      {children}
    </bdi>
  );
}

export function Phone({ number }: { number: string }) {
  return <Ltr>{phone(number)}</Ltr>;
}

/** Agorot, as shekels. */
export function Money({ agorot }: { agorot: number }) {
  return <Ltr>{money(agorot)}</Ltr>;
}

export function DateTime({ at }: { at: string }) {
  const { format } = useLocale();
  return (
    <time dateTime={at}>
      <Ltr>{format.dateTime(at)}</Ltr>
    </time>
  );
}

/** How long ago, with the moment itself as the title. */
export function Ago({ at }: { at: string }) {
  const { format } = useLocale();
  return (
    <time dateTime={at} title={format.dateTime(at)}>
      {format.relative(at)}
    </time>
  );
}
