import type { Call } from '@/shared/api/types';
import { phone } from '@/shared/format/phone';
import { useLocale } from '@/shared/i18n/use-locale';
import { Phone, Said } from '@/shared/ui/text';

type Of = Pick<Call, 'caller' | 'customer'>;

/** By name when we know it, otherwise by number. */
export function Caller({ call }: { call: Of }) {
  const { t } = useLocale();
  if (call.customer?.name) return <Said>{call.customer.name}</Said>;
  return isNumber(call.caller) ? <Phone number={call.caller} /> : <>{t('calls.unknown')}</>;
}

export function callerText(call: Of): string {
  return call.customer?.name || phone(call.caller);
}

/** A caller without a number is what the carrier says of them: `anonymous`, `restricted`. */
export function isNumber(caller: string | null | undefined): caller is string {
  return /^\+?\d{3,}$/.test(caller ?? '');
}
