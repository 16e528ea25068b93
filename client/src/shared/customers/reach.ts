import { phone as pretty } from '../format/phone';

/** Where a customer is called, and written to. */
export const callLink = (e164: string) => `tel:${e164}`;
export const whatsAppLink = (e164: string) => `https://wa.me/${e164.replace(/\D/g, '')}`;
export const isPhone = (text: string | null | undefined): text is string => /^\+\d{6,15}$/.test(text ?? '');
export const shownPhone = pretty;

/** As if the person had followed a link. */
export function follow(href: string) {
  const link = document.createElement('a');
  link.href = href;
  if (href.startsWith('https:')) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
  link.click();
}
